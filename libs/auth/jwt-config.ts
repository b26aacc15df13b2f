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
  JWT_SECRET_SECOND: z
    .string()
    .optional()
    .describe('Accepted as well as JWT_SECRET: the next or the last one, while it is being replaced.'),
  JWT_PUBLIC_KEY: z
    .string()
    .optional()
    .describe('PEM public key of RS256 or ES256 tokens, instead of a secret.'),
  JWT_PUBLIC_KEY_SECOND: z
    .string()
    .optional()
    .describe('Accepted as well as JWT_PUBLIC_KEY, while it is being replaced.'),
  JWT_JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where the public keys of RS256 or ES256 tokens are, instead of a secret.'),
  JWT_ISSUER: z.string().min(1).default('order-service').describe('Who has to have issued a token.'),
  JWT_AUDIENCE: z.string().min(1).default('order-service').describe('Whom a token has to be meant for.'),
};

export type JwtEnvironment = z.output<z.ZodObject<typeof jwtEnvironment>>;

export type Algorithm = 'HS256' | 'RS256' | 'ES256';

/** A key, and the only algorithms that a token may name which it is to prove. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly algorithms: readonly Algorithm[];
}

export interface JwtConfig {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JwtKeys;
}

/** Where keys come from and, with it, the only algorithms that a token may name. */
export type JwtKeys =
  | { readonly from: 'configuration'; readonly keys: readonly SigningKey[] }
  | { readonly from: 'jwks'; readonly url: string; readonly algorithms: readonly Algorithm[] };

/**
 * Pins one family of algorithms to each key by what is configured, so that a token cannot choose.
 *
 * @throws Error that names the variable, when there is not exactly one source of keys, when the secret is shorter than
 * 32 bytes (RFC 7518, 3.2) or the sample in production, or when a key does not suit.
 */
export function jwtConfigFromEnv(environment: JwtEnvironment, { production = false } = {}): JwtConfig {
  const { JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URL, JWT_ISSUER, JWT_AUDIENCE } = environment;
  const keys = [
    JWT_SECRET && configured(environment, 'JWT_SECRET', (name, text) => secretKey(name, text, production)),
    JWT_PUBLIC_KEY && configured(environment, 'JWT_PUBLIC_KEY', publicKey),
    JWT_JWKS_URL && publishedKeys(JWT_JWKS_URL, production),
  ].filter((found): found is JwtKeys => typeof found === 'object');
  for (const name of ['JWT_SECRET', 'JWT_PUBLIC_KEY'] as const) {
    if (environment[`${name}_SECOND`] && !environment[name]) {
      throw new Error(`${name}_SECOND is only for beside ${name}`);
    }
  }
  const [only] = keys;
  if (!only || keys.length > 1)
    throw new Error('set exactly one of JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL');
  return { issuer: JWT_ISSUER, audience: JWT_AUDIENCE, keys: only };
}

/** The key of the variable, and its second one. */
function configured(
  environment: JwtEnvironment,
  name: 'JWT_SECRET' | 'JWT_PUBLIC_KEY',
  read: (name: string, text: string) => SigningKey,
): JwtKeys {
  const names = [name, `${name}_SECOND`] as const;
  const keys = names.flatMap((found) => (environment[found] ? [read(found, environment[found])] : []));
  return { from: 'configuration', keys };
}

function secretKey(name: string, secret: string, production: boolean): SigningKey {
  if (Buffer.byteLength(secret) < 32) throw new Error(`${name} has to have at least 32 bytes`);
  if (production && secret === sampleSecret) throw new Error(`${name} is the sample that everybody knows`);
  // A key object, because jsonwebtoken tries to read a string as a public key first, at 0.5 ms for each token.
  return { key: createSecretKey(Buffer.from(secret)), algorithms: ['HS256'] };
}

function publicKey(name: string, pem: string): SigningKey {
  const key = readPublicKey(name, pem.replaceAll('\\n', '\n'));
  if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) {
    return { key, algorithms: ['RS256'] };
  }
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    return { key, algorithms: ['ES256'] };
  }
  throw new Error(`${name} has to be an RSA key of at least 2048 bits or an EC key on P-256`);
}

function readPublicKey(name: string, pem: string): KeyObject {
  // createPublicKey would take a private key and say nothing; one that is handed around is no longer private.
  if (/PRIVATE KEY/.test(pem)) throw new Error(`${name} is a private key`);
  try {
    return createPublicKey(pem);
  } catch {
    throw new Error(`${name} is not a public key in PEM`);
  }
}

function publishedKeys(url: string, production: boolean): JwtKeys {
  // Whoever can change that answer can sign as anybody.
  if (production && !url.startsWith('https:')) throw new Error('JWT_JWKS_URL has to be https in production');
  return { from: 'jwks', url, algorithms: ['RS256', 'ES256'] };
}
