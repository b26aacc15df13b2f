import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { jwtConfigFromEnv, sampleSecret, type JwtEnvironment } from './jwt-config.js';

const pem = (key: KeyObject): string =>
  String(key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }));
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const configured = (some: Partial<JwtEnvironment>, production = false) =>
  jwtConfigFromEnv({ JWT_ISSUER: 'i', JWT_AUDIENCE: 'a', ...some }, { production });

const one = (algorithm: string) => ({ keys: [{ algorithms: [algorithm] }] });

describe('the configuration of tokens', () => {
  it('pins the algorithm by the key', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const escaped = pem(rsa.publicKey).replaceAll('\n', '\\n');
    expect(configured({ JWT_SECRET: 'x'.repeat(32) }).keys).toMatchObject(one('HS256'));
    expect(configured({ JWT_PUBLIC_KEY: escaped }).keys).toMatchObject(one('RS256'));
    expect(configured({ JWT_PUBLIC_KEY: pem(ec.publicKey) }).keys).toMatchObject(one('ES256'));
    expect(configured({ JWT_JWKS_URL: 'https://id.example/keys' }).keys).toMatchObject({
      algorithms: ['RS256', 'ES256'],
    });
  });

  it.each<[string, Partial<JwtEnvironment>, RegExp]>([
    ['nothing', {}, /exactly one/],
    ['two', { JWT_SECRET: 'x'.repeat(32), JWT_JWKS_URL: 'https://id.example' }, /exactly one/],
    ['a short secret', { JWT_SECRET: 'x'.repeat(31) }, /32 bytes/],
    ['nonsense', { JWT_PUBLIC_KEY: 'nonsense' }, /not a public key/],
    ['a private key', { JWT_PUBLIC_KEY: pem(rsa.privateKey) }, /private/],
    [
      'a weak key',
      { JWT_PUBLIC_KEY: pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey) },
      /2048/,
    ],
    [
      'an odd curve',
      { JWT_PUBLIC_KEY: pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey) },
      /P-256/,
    ],
  ])('refuses %s', (_, environment, why) => {
    expect(() => configured(environment)).toThrow(why);
  });

  it('takes a second key, of the same kind of source, with an algorithm of its own', () => {
    const [first, second] = ['x'.repeat(32), 'y'.repeat(32)];
    expect(configured({ JWT_SECRET: first, JWT_SECRET_SECOND: second }).keys).toMatchObject({
      keys: [{ algorithms: ['HS256'] }, { algorithms: ['HS256'] }],
    });
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(
      configured({ JWT_PUBLIC_KEY: pem(ec.publicKey), JWT_PUBLIC_KEY_SECOND: pem(rsa.publicKey) }).keys,
    ).toMatchObject({ keys: [{ algorithms: ['ES256'] }, { algorithms: ['RS256'] }] });
    for (const [environment, why] of [
      [{ JWT_SECRET: first, JWT_SECRET_SECOND: 'short' }, /JWT_SECRET_SECOND.*32 bytes/],
      [{ JWT_SECRET: first, JWT_PUBLIC_KEY_SECOND: pem(rsa.publicKey) }, /only for beside JWT_PUBLIC_KEY/],
      [{ JWT_JWKS_URL: 'https://id.example/keys', JWT_SECRET_SECOND: second }, /only for beside JWT_SECRET/],
      [
        { JWT_PUBLIC_KEY: pem(rsa.publicKey), JWT_PUBLIC_KEY_SECOND: pem(rsa.privateKey) },
        /SECOND is a private/,
      ],
    ] as const) {
      expect(() => configured(environment)).toThrow(why);
    }
    const sampleBeside = { JWT_SECRET: first, JWT_SECRET_SECOND: sampleSecret };
    expect(() => configured(sampleBeside, true)).toThrow('everybody knows');
  });

  it('counts bytes, not characters', () => {
    expect(() => configured({ JWT_SECRET: 'ä'.repeat(16) })).not.toThrow();
  });

  it('refuses in production what everybody knows or can change', () => {
    expect(() => configured({ JWT_SECRET: sampleSecret })).not.toThrow();
    expect(() => configured({ JWT_SECRET: sampleSecret }, true)).toThrow('everybody knows');
    expect(() => configured({ JWT_JWKS_URL: 'http://id.example/keys' }, true)).toThrow('https');
  });
});
