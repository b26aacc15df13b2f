import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** For the first steps of a newcomer; everybody can read it, so production refuses it. */
export const sampleSecret = 'sample-secret-for-trying-things-out-only';

/** What of the environment concerns tokens; for the schema of an app's config.ts. */
export const jwtEnvironment = {
  JWT_SECRET: z
    .string()
    .optional()
    .meta({ examples: [sampleSecret] })
    .describe('Secret of HS256 tokens, at least 32 bytes.'),
  JWT_PUBLIC_KEY: z
    .string()
    .optional()
    .describe('PEM public key of RS256 or ES256 tokens, instead of a secret.'),
  JWT_JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where the public keys of RS256 or ES256 tokens are, instead of a secret.'),
  JWT_ISSUER: z.string().min(1).default('order-service').describe('Who has to have issued a token.'),
  JWT_AUDIENCE: z.string().min(1).default('order-service').describe('Whom a token has to be meant for.'),
};

export type JwtEnvironment = z.output<z.ZodObject<typeof jwtEnvironment>>;

export type Algorithm = 'HS256' | 'RS256' | 'ES256';

export interface JwtConfig {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JwtKeys;
}

/** Where keys come from and, with it, the only algorithms that a token may name. */
export type JwtKeys =
  | { readonly from: 'configuration'; readonly key: KeyObject; readonly algorithm: Algorithm }
  | { readonly from: 'jwks'; readonly url: string; readonly algorithms: readonly Algorithm[] };

/**
 * Pins one family of algorithms by what is configured, so that a token cannot choose.
 *
 * @throws Error that names the variable, when there is not exactly one source of keys, when the secret is shorter than
 * 32 bytes (RFC 7518, 3.2) or the sample in production, or when a key does not suit.
 */
export function jwtConfigFromEnv(environment: JwtEnvironment, { production = false } = {}): JwtConfig {
  const { JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URL, JWT_ISSUER, JWT_AUDIENCE } = environment;
  const keys = [
    JWT_SECRET && secretKeys(JWT_SECRET, production),
    JWT_PUBLIC_KEY && publicKeys(JWT_PUBLIC_KEY),
    JWT_JWKS_URL && publishedKeys(JWT_JWKS_URL, production),
  ].filter((found): found is JwtKeys => typeof found === 'object');
  const [only] = keys;
  if (!only || keys.length > 1)
    throw new Error('set exactly one of JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL');
  return { issuer: JWT_ISSUER, audience: JWT_AUDIENCE, keys: only };
}

function secretKeys(secret: string, production: boolean): JwtKeys {
  if (Buffer.byteLength(secret) < 32) throw new Error('JWT_SECRET has to have at least 32 bytes');
  if (production && secret === sampleSecret) throw new Error('JWT_SECRET is the sample that everybody knows');
  // A key object, because jsonwebtoken tries to read a string as a public key first, at 0.5 ms for each token.
  return { from: 'configuration', key: createSecretKey(Buffer.from(secret)), algorithm: 'HS256' };
}

function publicKeys(pem: string): JwtKeys {
  const key = readPublicKey(pem.replaceAll('\\n', '\n'));
  if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) {
    return { from: 'configuration', key, algorithm: 'RS256' };
  }
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    return { from: 'configuration', key, algorithm: 'ES256' };
  }
  throw new Error('JWT_PUBLIC_KEY has to be an RSA key of at least 2048 bits or an EC key on P-256');
}

function readPublicKey(pem: string): KeyObject {
  // createPublicKey would take a private key and say nothing; one that is handed around is no longer private.
  if (/PRIVATE KEY/.test(pem)) throw new Error('JWT_PUBLIC_KEY is a private key');
  try {
    return createPublicKey(pem);
  } catch {
    throw new Error('JWT_PUBLIC_KEY is not a public key in PEM');
  }
}

function publishedKeys(url: string, production: boolean): JwtKeys {
  // Whoever can change that answer can sign as anybody.
  if (production && !url.startsWith('https:')) throw new Error('JWT_JWKS_URL has to be https in production');
  return { from: 'jwks', url, algorithms: ['RS256', 'ES256'] };
}
