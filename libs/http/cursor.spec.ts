import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { Cursors } from './cursor.js';

const cursors = new Cursors('a secret of the service');
const scope = { caller: 'cust-1', list: { name: 'history', customerId: 'cust-1' } };
const position = z.strictObject({ page: z.int(), id: z.string() });
const open = (cursor: string, of = scope, by = cursors) => by.open(of, cursor, position);
const invalid = expect.objectContaining({ code: 'invalid-cursor' });

describe('a cursor', () => {
  it('leads back to where it was made', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), (page, id) => {
        expect(open(cursors.seal(scope, { page, id }))).toEqual({ page, id });
      }),
    );
  });

  it('is the same on every instance', () => {
    expect(new Cursors('a secret of the service').seal(scope, 1)).toBe(cursors.seal(scope, 1));
  });

  it('is good for one caller and one list', () => {
    const cursor = cursors.seal(scope, { page: 2, id: 'a' });
    expect(() => open(cursor, { ...scope, caller: 'cust-2' })).toThrow(invalid);
    expect(() => open(cursor, { ...scope, list: { ...scope.list, customerId: 'cust-2' } })).toThrow(invalid);
    expect(() => open(cursor, scope, new Cursors('another secret'))).toThrow(invalid);
  });

  it('is opened by who has its secret as the second, while secrets are being replaced', () => {
    const [old, next] = ['a secret of the service', 'the next secret'];
    const position = { page: 2, id: 'a' };
    // In the order in which instances come to have the two.
    const stages = [new Cursors(old), new Cursors(old, next), new Cursors(next, old), new Cursors(next)];
    for (const [stage, before] of stages.slice(1).map((by, n) => [by, stages[n]!] as const)) {
      expect(open(before.seal(scope, position), scope, stage)).toEqual(position);
      expect(open(stage.seal(scope, position), scope, before)).toEqual(position);
    }
    expect(() => open(stages[0]!.seal(scope, position), scope, stages[3])).toThrow(invalid);
  });

  it('is good as it was made, to the last bit', () => {
    const cursor = cursors.seal(scope, { page: 2, id: 'a' });
    fc.assert(
      fc.property(
        fc.nat(cursor.length - 1),
        fc.constantFrom('A', 'B', 'z', '_', '=', ' '),
        (at, character) => {
          fc.pre(cursor[at] !== character);
          expect(() => open(cursor.slice(0, at) + character + cursor.slice(at + 1))).toThrow(invalid);
        },
      ),
    );
    for (const changed of ['', 'x', cursor.slice(1), `${cursor}=`, `${cursor}A`, cursor.repeat(100)]) {
      expect(() => open(changed)).toThrow(invalid);
    }
  });

  it('of an older release is no cursor, and no defect', () => {
    expect(() => open(cursors.seal(scope, { offset: 7 }))).toThrow(invalid);
  });
});
