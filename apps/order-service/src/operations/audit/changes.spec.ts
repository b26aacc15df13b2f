import { describe, expect, it } from '@jest/globals';
import { changesBetween, shownChanges } from './changes.js';

const paths = (before: unknown, after: unknown): string[] =>
  changesBetween(before, after).map(({ path }) => path);

describe('what changed between two documents', () => {
  it('is nothing between equals, in whatever order their members are', () => {
    expect(changesBetween({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toEqual([]);
  });

  it('is every value that is another, was not there, or is gone', () => {
    expect(changesBetween({ a: { b: 1 }, c: [1, 2], d: 1 }, { a: { b: 2 }, c: [1], e: null })).toEqual([
      { path: '/a/b', before: 1, after: 2 },
      { path: '/c/1', before: 2, after: null },
      { path: '/d', before: 1, after: null },
      { path: '/e', before: null, after: null },
    ]);
  });

  it.each([
    [{ a: [] }, { a: {} }, ['/a']],
    [{ a: null }, { a: {} }, ['/a']],
    [{ a: '1' }, { a: 1 }, ['/a']],
    [{}, JSON.parse('{"__proto__":{"amount":1}}'), ['/__proto__']],
    [{ 'a/b': 1, '~': 1 }, { 'a/b': 2, '~': 2 }, ['/a~1b', '/~0']],
  ])('tells %j from %j', (before, after, expected) => {
    expect(paths(before, after)).toEqual(expected);
  });

  it('ends, however deep they are', () => {
    const deep = (leaf: number): unknown => JSON.parse(`${'['.repeat(5_000)}${leaf}${']'.repeat(5_000)}`);
    expect(paths(deep(1), deep(2))).toHaveLength(1);
  });
});

describe('what is shown of changes', () => {
  it('is amounts and ids, and no token, name or address', () => {
    const before = {
      customerId: 'cust-1',
      amount: { amount: '1.00' },
      token: 'tok_old',
      lines: [{ name: 'A' }],
    };
    const after = {
      customerId: 'cust-2',
      amount: { amount: '9.00' },
      token: 'tok_new',
      lines: [{ name: 'B' }],
    };
    const shown = shownChanges(changesBetween(before, after));
    expect(shown).toEqual([
      { path: '/customerId', before: 'cust-1', after: 'cust-2' },
      { path: '/amount/amount', before: '1.00', after: '9.00' },
      { path: '/token', before: '[not shown]', after: '[not shown]' },
      { path: '/lines/0/name', before: '[not shown]', after: '[not shown]' },
    ]);
  });

  it('hides in whole objects, in paths and in texts what it hides elsewhere', () => {
    const added = { amount: '1.00', token: 'tok_planted', name: 'Planted' };
    const shown = shownChanges(
      changesBetween({ reason: 'x' }, { reason: 'tok_planted', tok_planted: added }),
    );
    expect(JSON.stringify(shown)).not.toMatch(/planted/i);
  });

  it('is bounded, and says how much is left out', () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`f${n}`, n]));
    expect(shownChanges(changesBetween({}, many)).at(-1)).toMatchObject({ after: 'and 10 more' });
    const [long] = shownChanges(changesBetween({ amount: '' }, { amount: 'x'.repeat(9_999) }));
    expect(String(long!.after)).toHaveLength(200);
  });
});
