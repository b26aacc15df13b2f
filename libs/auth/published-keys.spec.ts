import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { PublishedKeys } from './published-keys.js';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = (kid: string | undefined, more: object = {}) => ({
  ...pair.publicKey.export({ format: 'jwk' }),
  kid,
  ...more,
});

describe('the keys of an identity provider', () => {
  let nowMs: number;
  let asked: number;
  let answer: () => unknown;
  let keys: PublishedKeys;

  const pass = (ms: number): void => void (nowMs += ms);
  const find = async (kid?: string) => keys.find(kid);

  beforeEach(() => {
    nowMs = 1_000_000;
    asked = 0;
    answer = () => ({ keys: [jwk('one')] });
    const ask = async () => {
      asked++;
      return answer();
    };
    const clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs };
    keys = new PublishedKeys('https://id.example/keys', ['RS256', 'ES256'], ask, clock);
  });

  it('are asked for once, and at hand from then on', async () => {
    await Promise.all([find('one'), find('one'), find('one')]);
    expect(keys.find('one')).not.toBeInstanceOf(Promise);
    expect(asked).toBe(1);
  });

  it('need no id when there is only one', async () => {
    await expect(find()).resolves.toBeDefined();
    answer = () => ({ keys: [jwk('one'), jwk('two')] });
    pass(3_600_000);
    await expect(find()).rejects.toMatchObject({ name: 'BadToken' });
  });

  it('are asked for again when a token names a new one', async () => {
    await find('one');
    answer = () => ({ keys: [jwk('one'), jwk('two')] });
    pass(5_000);
    await expect(find('two')).resolves.toBeDefined();
  });

  it('are not asked for by every token with an invented id', async () => {
    await find('one');
    for (let n = 0; n < 50; n++) await expect(find(`x${n}`)).rejects.toMatchObject({ name: 'BadToken' });
    pass(5_000);
    for (let n = 0; n < 50; n++) await expect(find(`x${n}`)).rejects.toMatchObject({ name: 'BadToken' });
    expect(asked).toBe(2);
  });

  it('that are withdrawn are used no more', async () => {
    await find('one');
    answer = () => ({ keys: [jwk('two')] });
    pass(600_000);
    await find('one');
    await new Promise(setImmediate);
    await expect(find('one')).rejects.toMatchObject({ name: 'BadToken' });
  });

  it('outlive an hour of the provider being away, and not more', async () => {
    await find('one');
    answer = () => Promise.reject(new Error('away'));
    pass(3_599_000);
    await expect(find('one')).resolves.toBeDefined();
    await new Promise(setImmediate);
    pass(5_000);
    await expect(find('one')).rejects.toMatchObject({ name: 'Fault' });
  });

  it('that cannot be had are a fault, not a bad token', async () => {
    for (const bad of [() => Promise.reject(new Error('away')), () => null, () => ({ keys: 'none' })]) {
      answer = bad;
      pass(5_000);
      await expect(find('one')).rejects.toMatchObject({ name: 'Fault' });
      await expect(find('one')).rejects.toMatchObject({ name: 'Fault' });
    }
    expect(asked).toBe(3);
  });

  it('for other purposes are skipped', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
    answer = () => ({
      keys: [
        jwk('enc', { use: 'enc' }),
        { ...weak, kid: 'weak' },
        { kty: 'oct', k: 'c2VjcmV0', kid: 'oct' },
        { kty: 'RSA', kid: 'broken' },
        jwk('one', { use: 'sig' }),
      ],
    });
    await expect(find('one')).resolves.toBeDefined();
    for (const kid of ['enc', 'weak', 'oct', 'broken'])
      await expect(find(kid)).rejects.toMatchObject({ name: 'BadToken' });
  });
});
