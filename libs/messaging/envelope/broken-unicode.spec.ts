import { describe, expect, it } from '@jest/globals';
import { hasBrokenUnicode } from './broken-unicode.js';

const parse = (text: string): unknown => JSON.parse(text);

describe('Looking for halves of surrogate pairs', () => {
  it.each([
    '"\\ud83d"',
    '"\\udc00 comes first"',
    '["a", ["b", "\\ud83d\\ud83d"]]',
    '{"a": {"\\udc00": 1}}',
    '{"__proto__": "\\udc00"}',
  ])('finds one in %s', (text) => expect(hasBrokenUnicode(parse(text))).toBe(true));

  it.each(['null', '7', '""', '"\\ud83d\\ude00"', '"\\\\ud83d"', '["\\u0000", null, {"a": "é"}]'])(
    'finds none in %s',
    (text) => expect(hasBrokenUnicode(parse(text))).toBe(false),
  );

  it('looks into the deepest of texts', () => {
    const levels = 200_000;
    const nested = (leaf: string): unknown => parse('['.repeat(levels) + leaf + ']'.repeat(levels));
    expect(hasBrokenUnicode(nested('"\\udc00"'))).toBe(true);
    expect(hasBrokenUnicode(nested('null'))).toBe(false);
  });
});
