import { describe, expect, it } from '@jest/globals';
import { compareKeys, keyText } from './key.js';

describe('keys', () => {
  it('of two parts stay apart however their parts are cut', () => {
    const texts = [['a', 'bc'], ['ab', 'c'], ['a:b', 'c'], ['a', 1], ['a', 11]].map((key) => keyText(key)); // prettier-ignore
    expect(new Set(texts).size).toBe(5);
  });

  it.each([null, undefined, {}, [null, 'a'], ['a', undefined]])('%j is not one', (key) => {
    expect(() => keyText(key)).toThrow('not a key');
  });

  it('sort as numbers, as text, and part by part', () => {
    expect([10, 9, 1].sort(compareKeys)).toEqual([1, 9, 10]);
    expect(['b', 'a', 'B'].sort(compareKeys)).toEqual(['B', 'a', 'b']);
    expect([['b', 1], ['a', 10], ['a', 9]].sort(compareKeys)).toEqual([['a', 9], ['a', 10], ['b', 1]]); // prettier-ignore
  });
});
