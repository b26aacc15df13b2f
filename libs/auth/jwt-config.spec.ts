import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { jwtConfigFromEnv, sampleSecret, type JwtEnvironment } from './jwt-config.js';

const pem = (key: KeyObject): string =>
  String(key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }));
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const configured = (some: Partial<JwtEnvironment>, production = false) =>
  jwtConfigFromEnv({ JWT_ISSUER: 'i', JWT_AUDIENCE: 'a', ...some }, { production });

describe('the configuration of tokens', () => {
  it('pins the algorithm by the key', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const escaped = pem(rsa.publicKey).replaceAll('\n', '\\n');
    expect(configured({ JWT_SECRET: 'x'.repeat(32) }).keys).toMatchObject({ algorithm: 'HS256' });
    expect(configured({ JWT_PUBLIC_KEY: escaped }).keys).toMatchObject({ algorithm: 'RS256' });
    expect(configured({ JWT_PUBLIC_KEY: pem(ec.publicKey) }).keys).toMatchObject({ algorithm: 'ES256' });
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

  it('counts bytes, not characters', () => {
    expect(() => configured({ JWT_SECRET: 'ä'.repeat(16) })).not.toThrow();
  });

  it('refuses in production what everybody knows or can change', () => {
    expect(() => configured({ JWT_SECRET: sampleSecret })).not.toThrow();
    expect(() => configured({ JWT_SECRET: sampleSecret }, true)).toThrow('everybody knows');
    expect(() => configured({ JWT_JWKS_URL: 'http://id.example/keys' }, true)).toThrow('https');
  });
});
