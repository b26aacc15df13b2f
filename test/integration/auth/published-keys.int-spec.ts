import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';
import { jwtConfigFromEnv } from '#libs/auth/jwt-config.js';
import { TokenVerifier } from '#libs/auth/token-verifier.js';
import { claims, forge } from '#libs/auth/testing/forge.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keySet = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'main', use: 'sig', alg: 'RS256' }] };
const token = (kid: string, key = privateKey) =>
  forge({ alg: 'RS256', typ: 'JWT', kid }, claims(Math.floor(Date.now() / 1000)), key);

const open: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(open.splice(0).map((close) => close())));

/** A verifier whose identity provider answers as it is told. */
async function verifierAsking(provider: RequestListener): Promise<TokenVerifier> {
  const server = createServer(provider);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()));
  const { port } = server.address() as AddressInfo;
  const config = jwtConfigFromEnv({
    JWT_JWKS_URL: `http://127.0.0.1:${port}/keys`,
    JWT_ISSUER: 'order-service',
    JWT_AUDIENCE: 'order-service',
  });
  return new TokenVerifier(new JwtService({}), config);
}

const verify = async (verifier: TokenVerifier, of: string) => verifier.verify(of);

describe('an identity provider', () => {
  it('vouches for its tokens, and for no others', async () => {
    const verifier = await verifierAsking((_, response) => response.end(JSON.stringify(keySet)));
    await expect(verify(verifier, token('main'))).resolves.toMatchObject({ caller: { subject: 'cust-1' } });
    const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    await expect(verify(verifier, token('main', otherKey))).rejects.toMatchObject({ name: 'BadToken' });
    await expect(verify(verifier, token('other'))).rejects.toMatchObject({ name: 'BadToken' });
    const hs256 = forge(
      { alg: 'HS256', kid: 'main' },
      claims(Date.now() / 1000),
      JSON.stringify(keySet.keys[0]),
    );
    await expect(verify(verifier, hs256)).rejects.toMatchObject({ name: 'BadToken' });
  });

  it.each<[string, RequestListener]>([
    ['fails', (_, response) => response.writeHead(500).end()],
    ['answers nonsense', (_, response) => response.end('<html>')],
    [
      'sends us elsewhere',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    ['hangs up', (request) => void request.socket.destroy()],
  ])('that %s is a fault: nobody is told that their token is bad', async (_, provider) => {
    const verifier = await verifierAsking(provider);
    await expect(verify(verifier, token('main'))).rejects.toMatchObject({ name: 'Fault' });
  });
});
