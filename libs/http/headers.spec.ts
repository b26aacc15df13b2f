import { describe, expect, it } from '@jest/globals';
import { parseIdempotencyKey } from './idempotency.js';
import { preferredWaitSeconds } from './prefer.js';

describe('Idempotency-Key', () => {
  it.each(['k', 'x'.repeat(255), '"8e03978e-40d5"', 'two words'])('may be %p', (key) => {
    expect(parseIdempotencyKey(key)).toBe(key);
  });

  it('may be absent', () => {
    expect(parseIdempotencyKey(undefined)).toBeNull();
  });

  it.each(['', ' ', 'x'.repeat(256), 'a\tb', 'a\u0000', 'é', 'a\r\nb', ' a', 'a '])(
    'may not be %p',
    (key) => {
      expect(() => parseIdempotencyKey(key)).toThrow(
        expect.objectContaining({ code: 'invalid-idempotency-key' }),
      );
    },
  );
});

describe('Prefer', () => {
  it.each([
    ['wait=5', 5],
    ['Wait = "7"', 7],
    ['respond-async, wait=10', 10],
    ['wait=10; x=y', 10],
    ['wait=3, wait=9', 3],
    ['wait=0', 0],
    ['wait=100', 30],
    ['wait=999999999', 30],
    ['return=minimal', null],
    ['wait', null],
    ['wait=-1', null],
    ['wait=1.5', null],
    ['wait=9999999999', null],
    ['awaits=5', null],
    ['', null],
    [undefined, null],
  ])('%p is a wait of %p seconds', (header, seconds) => {
    expect(preferredWaitSeconds(header)).toBe(seconds);
  });
});
