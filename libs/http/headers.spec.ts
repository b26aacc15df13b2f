import { describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { markReplayed, parseIdempotencyKey, withIdempotencyKey } from './idempotency.js';
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

  it('goes with what it is a key of; without one, nothing does', () => {
    expect(withIdempotencyKey('k', { caller: 'a' })).toEqual({ caller: 'a', key: 'k' });
    expect(withIdempotencyKey(undefined, { caller: 'a' })).toBeNull();
  });

  it.each([
    [false, []],
    [true, [['idempotency-replayed', 'true']]],
  ])('replayed: %p, is told in a header', (replayed, headers) => {
    const set: unknown[] = [];
    const reply = { header: (...header: unknown[]) => set.push(header) } as unknown as FastifyReply;
    expect(markReplayed(reply, { response: 'done', replayed })).toBe('done');
    expect(set).toEqual(headers);
  });
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
