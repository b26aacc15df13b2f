import { describe, expect, it } from '@jest/globals';
import { bodyHashOf } from '../envelope/body-hash.js';
import { deliveredTwice } from './deliver-twice.js';
import type { Envelope } from '../envelope/envelope.js';

const message = { id: '1', data: {} } as Envelope;

describe('Delivering twice', () => {
  it('gives every message twice, as objects of their own with the same bytes', async () => {
    const seen: Envelope[] = [];
    const handle = deliveredTwice((each) => Promise.resolve(seen.push(each)));
    for (let time = 0; time < 2; time++) await handle(message);
    expect(seen).toHaveLength(4);
    expect(new Set(seen.map((each) => bodyHashOf(each).toString('hex'))).size).toBe(1);
    expect(seen[1]).not.toBe(seen[0]);
  });

  it('gives the copies now both at once, now one after the other', async () => {
    let running = 0;
    let most = 0;
    const mosts: number[] = [];
    const handle = deliveredTwice(async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
    });
    for (let time = 0; time < 2; time++) {
      most = 0;
      await handle(message);
      mosts.push(most);
    }
    expect(mosts).toEqual([2, 1]);
  });

  it('fails when either copy does', async () => {
    let calls = 0;
    const handle = deliveredTwice(() =>
      ++calls === 2 ? Promise.reject(new Error('second')) : Promise.resolve(),
    );
    await expect(handle(message)).rejects.toThrow('second');
  });
});
