import type { JwtService } from '@nestjs/jwt';
import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { BadToken } from './bad-token.js';
import { callerOf, isRole, type Caller } from '#libs/kernel/caller.js';
import type { JwtConfig, JwtKeys, SigningKey } from './jwt-config.js';
import { PublishedKeys } from './published-keys.js';
import type { SigningKeys } from './signing-keys.js';

/** How far clocks may be apart. */
const leewaySeconds = 60;

/** Checks tokens. What it refuses is in token-verifier.spec.ts, attack by attack. */
export class TokenVerifier {
  private readonly keys: SigningKeys;

  constructor(
    private readonly jwt: JwtService,
    private readonly config: JwtConfig,
    private readonly clock: Clock = systemClock,
  ) {
    this.keys = signingKeysOf(config.keys);
  }

  /** The caller behind a token. @throws BadToken when it is not good, Fault when that cannot be found out. */
  verify(token: string): Verified | Promise<Verified> {
    const header = headerOf(token);
    const keys = this.keys.find(header.kid);
    return keys instanceof Promise ? keys.then((found) => this.check(token, found)) : this.check(token, keys);
  }

  private check(token: string, keys: readonly SigningKey[]): Verified {
    const claims = this.claimsOf(token, keys);
    if (typeof claims !== 'object' || claims === null) throw new BadToken('no claims');
    const { sub, exp, roles, seller_id } = claims as Readonly<Record<string, unknown>>;
    if (typeof exp !== 'number' || !Number.isFinite(exp)) throw new BadToken('no exp');
    if (!isName(sub)) throw new BadToken('no usable sub');
    if (roles !== undefined && !Array.isArray(roles)) throw new BadToken('roles is not a list');
    if (seller_id !== undefined && !isName(seller_id)) throw new BadToken('no usable seller_id');
    // A provider that serves others too may name roles that mean nothing here.
    const known = (roles ?? []).filter(isRole);
    return { caller: callerOf(sub, known, seller_id), goodUntilMs: (exp + leewaySeconds) * 1000 };
  }

  /** By the first key that proves them. */
  private claimsOf(token: string, keys: readonly SigningKey[]): unknown {
    let refusal: unknown;
    for (const { key, algorithms } of keys) {
      try {
        return this.jwt.verify<object>(token, {
          // The two names are one thing to Nest's types, which know strings only; jsonwebtoken takes key objects.
          secret: key as unknown as string,
          algorithms: [...algorithms],
          issuer: this.config.issuer,
          audience: this.config.audience,
          clockTolerance: leewaySeconds,
          clockTimestamp: Math.floor(this.clock.now().getTime() / 1000),
        });
      } catch (error) {
        refusal ??= error;
      }
    }
    throw new BadToken(refusal instanceof Error ? refusal.message : 'not a token', { cause: refusal });
  }
}

const signingKeysOf = (keys: JwtKeys): SigningKeys =>
  keys.from === 'configuration' ? { find: () => keys.keys } : new PublishedKeys(keys.url, keys.algorithms);

export interface Verified {
  readonly caller: Caller;
  /** Epoch milliseconds, leeway included. */
  readonly goodUntilMs: number;
}

/** A name that things are found by: bounded, and nothing in it that two systems could read in two ways. */
const isName = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= 64 &&
  value === value.trim() &&
  !/[\p{Cc}\p{Cs}]/u.test(value);

interface Header {
  readonly kid: string | undefined;
}

/** What jsonwebtoken does not look at: the parts of a header by which a token would say how it wants to be checked. */
function headerOf(token: string): Header {
  const header = readHeader(token.slice(0, token.indexOf('.')));
  // RFC 7515, 4.1.11: a reader that does not understand an extension marked critical has to refuse the token. We know
  // none.
  if ('crit' in header) throw new BadToken('critical extensions');
  for (const name of ['jku', 'jwk', 'x5u', 'x5c']) {
    if (name in header) throw new BadToken('brings its own key');
  }
  const { kid } = header;
  if (kid === undefined) return { kid };
  if (typeof kid !== 'string' || !/^[\w=+.:-]{1,128}$/.test(kid)) throw new BadToken('odd kid');
  return { kid };
}

function readHeader(encoded: string): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    if (typeof header === 'object' && header !== null) return header as Readonly<Record<string, unknown>>;
  } catch {
    // Falls through: not JSON is as bad as not an object.
  }
  throw new BadToken('no header');
}
