import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseStrictJson } from './strict-json.js';

const parse = (text: string): unknown => parseStrictJson(Buffer.from(text));

describe('strict JSON', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10, stringUnit: 'grapheme' }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__'));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('may have colons, braces and quotes in its strings', () => {
    const value = { 'a:b{': '":{[\\', '\\': ['\\"', ':'], '': { '"': '\u2028🪑' } };
    expect(parse(JSON.stringify(value, null, 2))).toEqual(value);
  });

  it('never has a name twice, however deep and however written', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5 }), fc.nat(25), (name, depth) => {
        fc.pre(name !== '__proto__');
        const key = JSON.stringify(name);
        const inner = `{${key}:1,"other":[],${key}:1}`;
        const text = `${'[{"x":'.repeat(depth / 2)}${inner}${'}]'.repeat(depth / 2)}`;
        expect(() => parse(text)).toThrow('twice');
      }),
    );
    expect(() => parse('{"a":1,"\\u0061":1}')).toThrow('twice');
    expect(() => parse('{"":1,"":1}')).toThrow('twice');
  });

  it.each([
    ['', 'empty'],
    ['{', 'not JSON'],
    ['{"a"', 'not JSON'],
    ['"', 'not JSON'],
    ['"\\', 'not JSON'],
    ['{"a"::1}', 'not JSON'],
    ["{'a':1}", 'not JSON'],
    ['{"a":NaN}', 'not JSON'],
    ['\ufeff{}', 'not JSON'],
    ['{} {}', 'not JSON'],
    ['"\n"', 'not JSON'],
    ['{"__proto__":{}}', '__proto__'],
    ['[{"\\u005f_proto__":1}]', '__proto__'],
    ['"\\ud800"', 'surrogate'],
    ['{"\\udc00":1}', 'surrogate'],
    ['['.repeat(33) + ']'.repeat(33), 'deeper'],
    ['{"a":'.repeat(33) + '1' + '}'.repeat(33), 'deeper'],
    ['['.repeat(200_000), 'deeper'],
  ])('is not %s', (text, why) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'invalid-json', message: expect.stringContaining(why) }),
    );
  });

  it('may have 32 levels', () => {
    expect(() => parse('['.repeat(32) + ']'.repeat(32))).not.toThrow();
  });

  it.each([
    [[0x22, 0xff, 0x22]],
    [[0x22, 0xc0, 0x80, 0x22]],
    [[0x22, 0xed, 0xa0, 0x80, 0x22]],
    [[0xff, 0xfe]],
  ])('is not %p, which is not UTF-8', (bytes) => {
    expect(() => parseStrictJson(Buffer.from(bytes))).toThrow('UTF-8');
  });
});
