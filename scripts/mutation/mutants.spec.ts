import { describe, expect, it } from '@jest/globals';
import { mutantsOf, scoreOf } from './mutants.mjs';

const source = 'const a = 1 < 2;\nif (a) {\n  b();\n}\nconst c = 1 < 2;\n';

const at = (line: number, from: number, to: number, endLine = line) => ({
  start: { line, column: from },
  end: { line: endLine, column: to },
});
const mutant = (status: string, location = at(1, 11, 16), replacement = '1 <= 2') => ({
  id: '1',
  mutatorName: 'EqualityOperator',
  replacement,
  status,
  location,
});

const texts = (...mutants: ReturnType<typeof mutant>[]) =>
  mutantsOf({ source, mutants }).map(({ text }) => text);

describe('a mutant', () => {
  it('is told by what stood there and what was put in its place', () => {
    expect(texts(mutant('Survived'))).toEqual(['1 < 2 → 1 <= 2']);
  });

  it('is told in one line, however many it changes', () => {
    expect(texts(mutant('Survived', at(2, 8, 2, 4), '{}'))).toEqual(['{ b(); } → {}']);
  });

  it('is told apart from the same change further down, in the order of the file', () => {
    expect(texts(mutant('Survived', at(5, 11, 16)), mutant('Survived'))).toEqual([
      '1 < 2 → 1 <= 2',
      '1 < 2 → 1 <= 2 (2)',
    ]);
  });

  it.each([
    ['Killed', 'killed'],
    ['RuntimeError', 'killed'],
    ['Timeout', 'timedOut'],
    ['Survived', 'survived'],
    ['NoCoverage', 'notCovered'],
    ['Ignored', 'survived'],
    ['CompileError', 'survived'],
    ['Pending', 'survived'],
  ])('that is %s counts as %s', (status, fate) => {
    expect(mutantsOf({ source, mutants: [mutant(status)] })).toMatchObject([{ fate }]);
  });
});

describe('the score', () => {
  const withFates = (...fates: Parameters<typeof scoreOf>[0][number]['fate'][]) =>
    fates.map((fate) => ({ fate }));

  it('is the share of all mutants that were noticed, by specs or by seeds', () => {
    expect(scoreOf(withFates('killed', 'timedOut', 'foundBySeeds', 'survived', 'notCovered'))).toEqual({
      mutants: 5,
      killed: 1,
      timedOut: 1,
      foundBySeeds: 1,
      survived: 1,
      notCovered: 1,
      score: 60,
    });
  });

  it('of code that cannot be changed is full', () => {
    expect(scoreOf([]).score).toBe(100);
  });
});
