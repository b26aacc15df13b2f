import { generateKeyPairSync, createSecretKey } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { describe, expect, it } from '@jest/globals';
import type { JwtConfig, JwtKeys, SigningKey } from './jwt-config.js';
import { claims, encode, forge, secret } from './testing/forge.js';
import { TokenVerifier } from './token-verifier.js';

const nowSeconds = 1_760_000_000;
const clock = { now: () => new Date(nowSeconds * 1000), monotonicMs: () => 0 };
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const verifierWith = (keys: JwtKeys): TokenVerifier => {
  const config: JwtConfig = { issuer: 'order-service', audience: 'order-service', keys };
  return new TokenVerifier(new JwtService({}), config, clock);
};

const secretKey = (text: string): SigningKey => ({
  key: createSecretKey(Buffer.from(text)),
  algorithms: ['HS256'],
});
const rsaKey: SigningKey = { key: rsa.publicKey, algorithms: ['RS256'] };
const ecKey: SigningKey = { key: ec.publicKey, algorithms: ['ES256'] };
const by = (...keys: readonly SigningKey[]) => verifierWith({ from: 'configuration', keys });
const bySecret = by(secretKey(secret));
const byRsa = by(rsaKey);
const byEc = by(ecKey);

const hs256 = { alg: 'HS256', typ: 'JWT' };
const good = (other: object = {}) => forge(hs256, claims(nowSeconds, { ...other }), secret);
const headed = (header: object) => forge({ ...hs256, ...header }, claims(nowSeconds), secret);

const callerBehind = async (token: string, verifier = bySecret) => (await verifier.verify(token)).caller;
const refused = async (token: string, verifier = bySecret) =>
  expect(async () => verifier.verify(token)).rejects.toMatchObject({ name: 'BadToken' });

describe('while a key is being replaced', () => {
  it('tokens of either are good, and of no other', async () => {
    const next = 'the secret that comes next, of 32 bytes';
    const tokens = [secret, next].map((key) => forge(hs256, claims(nowSeconds), key));
    for (const verifier of [by(secretKey(secret), secretKey(next)), by(secretKey(next), secretKey(secret))]) {
      for (const token of tokens) {
        await expect(callerBehind(token, verifier)).resolves.toMatchObject({ subject: 'cust-1' });
      }
      await refused(forge(hs256, claims(nowSeconds), 'a secret that never was one of the two'), verifier);
      await refused(forge(hs256, claims(nowSeconds, { exp: nowSeconds - 61 }), next), verifier);
    }
    await refused(tokens[1]!, bySecret);
  });

  it('each keeps its own algorithm', async () => {
    const both = by(rsaKey, ecKey);
    for (const [alg, key] of [
      ['RS256', rsa.privateKey],
      ['ES256', ec.privateKey],
    ] as const) {
      const token = forge({ alg, typ: 'JWT' }, claims(nowSeconds), key);
      await expect(callerBehind(token, both)).resolves.toMatchObject({ subject: 'cust-1' });
    }
    // The attack on verifiers that take the public key for a secret.
    const pem = String(rsa.publicKey.export({ type: 'spki', format: 'pem' }));
    await refused(forge(hs256, claims(nowSeconds), pem), both);
  });
});

describe('a good token', () => {
  it('tells who asks', async () => {
    await expect(callerBehind(good())).resolves.toEqual({
      subject: 'cust-1',
      roles: ['customer'],
      isStaff: false,
      sellerId: null,
    });
  });

  it.each([
    ['RS256', rsa.privateKey, byRsa],
    ['ES256', ec.privateKey, byEc],
  ])('may be signed with %s', async (alg, key, verifier) => {
    const token = forge({ alg, typ: 'JWT', kid: 'main-1' }, claims(nowSeconds), key);
    await expect(callerBehind(token, verifier)).resolves.toMatchObject({ subject: 'cust-1' });
  });

  it('may be for several audiences, and name roles of other services', async () => {
    const token = good({ aud: ['shop', 'order-service'], roles: ['operator', 'gardener'] });
    await expect(callerBehind(token)).resolves.toMatchObject({ roles: ['operator'], isStaff: true });
  });

  it('names the seller, or is the seller', async () => {
    await expect(callerBehind(good({ roles: ['seller'] }))).resolves.toMatchObject({ sellerId: 'cust-1' });
    const named = good({ roles: ['seller'], seller_id: 'seller-1' });
    await expect(callerBehind(named)).resolves.toMatchObject({ sellerId: 'seller-1' });
    await expect(callerBehind(good({ seller_id: 'seller-1' }))).resolves.toMatchObject({ sellerId: null });
  });

  it('may be 60 s late or early', async () => {
    await expect(callerBehind(good({ exp: nowSeconds - 59 }))).resolves.toBeDefined();
    await expect(callerBehind(good({ nbf: nowSeconds + 60 }))).resolves.toBeDefined();
    await refused(good({ exp: nowSeconds - 60 }));
    await refused(good({ nbf: nowSeconds + 61 }));
  });
});

describe('a token is refused', () => {
  it.each<unknown>(['none', 'None', 'NONE', 'nOnE', '', null, 0, ['HS256'], { alg: 'HS256' }])(
    'when its algorithm is %p, signed or not',
    async (alg) => {
      await refused(forge({ alg }, claims(nowSeconds), null));
      await refused(forge({ alg }, claims(nowSeconds), secret));
    },
  );

  it.each(['HS384', 'HS512', 'RS256', 'ES256', 'PS256', 'hs256'])('when it chooses %s', async (alg) => {
    await refused(forge({ alg }, claims(nowSeconds), secret));
  });

  it('when it is signed with the public key as a secret', async () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    const der = rsa.publicKey.export({ type: 'spki', format: 'der' });
    for (const known of [pem, der]) await refused(forge(hs256, claims(nowSeconds), known), byRsa);
  });

  it('when it is signed with a key of another kind', async () => {
    await refused(forge({ alg: 'ES256' }, claims(nowSeconds), ec.privateKey), byRsa);
    await refused(forge({ alg: 'RS256' }, claims(nowSeconds), ec.privateKey), byRsa);
    await refused(forge(hs256, claims(nowSeconds), 'another secret of thirty-two bytes!'));
    await refused(forge(hs256, claims(nowSeconds), ''));
  });

  it('when any part of it was altered', async () => {
    const [header, , signature] = good().split('.');
    const altered = encode(claims(nowSeconds, { roles: ['admin'] }));
    await refused(`${header}.${altered}.${signature}`);
    await refused(`${header}.${good().split('.')[1]}.${'A'.repeat(43)}`);
    await refused(`${encode({ ...hs256, kid: 'x' })}.${good().split('.')[1]}.${signature}`);
    await refused(good().slice(0, -1));
  });

  it.each([
    ['exp', undefined],
    ['exp', nowSeconds - 3600],
    ['exp', '9999999999'],
    ['exp', null],
    ['nbf', nowSeconds + 3600],
    ['nbf', 'soon'],
    ['aud', 'another-service'],
    ['aud', undefined],
    ['aud', ['a', 'b']],
    ['aud', { 'order-service': true }],
    ['iss', 'another-issuer'],
    ['iss', undefined],
    ['iss', ['order-service']],
    ['sub', undefined],
    ['sub', ''],
    ['sub', ' '],
    ['sub', 'cust-1 '],
    ['sub', 'cust-1\n'],
    ['sub', 'a\ud800'],
    ['sub', 'x'.repeat(65)],
    ['sub', { toString: 'cust-1' }],
    ['sub', ['cust-1']],
    ['sub', 1],
    ['sub', null],
    ['roles', 'admin'],
    ['roles', { 0: 'admin', length: 1 }],
    ['seller_id', ['seller-1']],
  ])('when its %s is %p', async (name, value) => {
    await refused(good({ [name]: value }));
  });

  it.each([
    { crit: ['exp'] },
    { crit: ['b64'], b64: false },
    { crit: [] },
    { jku: 'https://evil.example/keys' },
    { jwk: { kty: 'oct', k: 'AAAA' } },
    { x5u: 'https://evil.example/cert' },
    { x5c: ['MIIB'] },
    { kid: '../../../../dev/null' },
    { kid: "' UNION SELECT 'x" },
    { kid: 'a\u0000b' },
    { kid: '' },
    { kid: 7 },
    { kid: ['main-1'] },
  ])('when its header says %p', async (header) => {
    await refused(headed(header));
  });

  it.each(['a.b.c', 'x', '..', `${encode(null)}.e30.x`, `${encode('HS256')}.e30.x`, `${encode([])}.e30.x`])(
    'when it is %p',
    async (token) => {
      await refused(token);
    },
  );

  it.each([null, 'cust-1', ['sub'], 7])('when its claims are %p', async (payload) => {
    await refused(forge(hs256, payload, secret));
  });
});

describe('what is wrong with a token', () => {
  const pad = (length: number) => 'x'.repeat(length);

  it.each<[string, string]>([
    ['no header', 'a.b.c'],
    ['no header', `${encode(null)}.e30.x`],
    ['no header', `${encode('HS256')}.e30.x`],
    ['critical extensions', headed({ crit: ['exp'] })],
    ...['jku', 'jwk', 'x5u', 'x5c'].map((name): [string, string] => [
      'brings its own key',
      headed({ [name]: 'x' }),
    ]),
    ['odd kid', headed({ kid: pad(129) })],
    ['odd kid', headed({ kid: '' })],
    ['odd kid', headed({ kid: 'a b' })],
    ['odd kid', headed({ kid: 7 })],
    ['no exp', good({ exp: undefined })],
    ['no usable sub', good({ sub: pad(65) })],
    ['no usable sub', good({ sub: '' })],
    ['roles is not a list', good({ roles: 'admin' })],
    ['no usable seller_id', good({ seller_id: pad(65) })],
    ['jwt expired', good({ exp: nowSeconds - 3600 })],
    ['invalid signature', forge(hs256, claims(nowSeconds), 'another secret of thirty-two bytes!')],
  ])('is said in words that the log has: %s', async (message, token) => {
    await expect(async () => bySecret.verify(token)).rejects.toMatchObject({ name: 'BadToken', message });
  });

  it('is what the first key says of it, and kept as its cause', async () => {
    const token = good({ exp: nowSeconds - 3600 });
    const both = by(secretKey(secret), secretKey('another secret of thirty-two bytes!'));
    await expect(async () => both.verify(token)).rejects.toMatchObject({
      message: 'jwt expired',
      cause: expect.objectContaining({ name: 'TokenExpiredError' }),
    });
    await expect(async () => by().verify(token)).rejects.toMatchObject({ message: 'not a token' });
  });

  it('is not that something is as long as it may be', async () => {
    await expect(callerBehind(headed({ kid: pad(128) }))).resolves.toBeDefined();
    await expect(callerBehind(headed({ kid: 'aZ09_=+.:-' }))).resolves.toBeDefined();
    await expect(callerBehind(good({ sub: pad(64) }))).resolves.toMatchObject({ subject: pad(64) });
    await expect(callerBehind(good({ roles: undefined }))).resolves.toMatchObject({ roles: [] });
  });

  it('is found out again when its time is over', async () => {
    const { goodUntilMs } = await bySecret.verify(good({ exp: nowSeconds + 5 }));
    expect(goodUntilMs).toBe((nowSeconds + 65) * 1000);
  });
});
