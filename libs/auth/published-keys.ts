import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { Fault } from '#libs/kernel/errors.js';
import { BadToken } from './bad-token.js';
import type { Algorithm, SigningKey } from './jwt-config.js';
import type { SigningKeys } from './signing-keys.js';

/** After this, keys are asked for again, while the known ones go on being used. */
const freshMs = 10 * 60_000;
/** After this, known keys are used no more: a provider that is away for an hour does not log everybody out. */
const usableMs = 60 * 60_000;
/** Tokens with invented key ids make us ask no more often than this. */
const pauseMs = 5_000;
const timeoutMs = 5_000;

const keySet = z.object({
  keys: z
    .array(z.looseObject({ kid: z.string().optional(), kty: z.string(), use: z.string().optional() }))
    .max(100),
});

/** Public keys of an identity provider (RFC 7517), known by their ids. */
export class PublishedKeys implements SigningKeys {
  private keys: ReadonlyMap<string | undefined, SigningKey> = new Map();
  private fetchedAtMs = -Infinity;
  private askedAtMs = -Infinity;
  private asking: Promise<void> | null = null;

  constructor(
    private readonly url: string,
    private readonly algorithms: readonly Algorithm[],
    private readonly fetchJson: (url: string) => Promise<unknown> = fetchKeySet,
    private readonly clock: Clock = systemClock,
  ) {}

  find(keyId: string | undefined): readonly SigningKey[] | Promise<readonly SigningKey[]> {
    const ageMs = this.clock.monotonicMs() - this.fetchedAtMs;
    const key = this.known(keyId);
    if (!key || ageMs >= usableMs) return this.fetchAndFind(keyId);
    if (ageMs >= freshMs) this.ask().catch(() => undefined);
    return [key];
  }

  private async fetchAndFind(keyId: string | undefined): Promise<readonly SigningKey[]> {
    await this.ask();
    const key = this.known(keyId);
    if (!key) throw new BadToken('signed with an unknown key');
    return [key];
  }

  /** A token that does not name its key is fine as long as there is only one. */
  private known(keyId: string | undefined): SigningKey | undefined {
    if (keyId !== undefined) return this.keys.get(keyId);
    return this.keys.size === 1 ? [...this.keys.values()][0] : undefined;
  }

  /** Asks the provider, once at a time. Resolves without asking when it answered a moment ago. */
  private ask(): Promise<void> {
    if (this.asking) return this.asking;
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.fetchedAtMs < pauseMs) return Promise.resolve();
    if (nowMs - this.askedAtMs < pauseMs)
      return Promise.reject(new Fault('the identity provider gave no keys'));
    this.askedAtMs = nowMs;
    this.asking = this.refresh().finally(() => (this.asking = null));
    return this.asking;
  }

  private async refresh(): Promise<void> {
    try {
      const { keys } = keySet.parse(await this.fetchJson(this.url));
      this.keys = new Map(
        keys.flatMap((jwk) =>
          usable(jwk).map((key) => [jwk.kid, { key, algorithms: this.algorithms }] as const),
        ),
      );
      this.fetchedAtMs = this.clock.monotonicMs();
    } catch (error) {
      throw new Fault('the identity provider gave no keys', { cause: error });
    }
  }
}

/** Sets may hold keys for other purposes and of kinds that we do not take: those are skipped, not a reason to fail. */
function usable({ use, ...jwk }: { use?: string; kty: string }): KeyObject[] {
  if (use !== undefined && use !== 'sig') return [];
  if (jwk.kty !== 'RSA' && jwk.kty !== 'EC') return [];
  try {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 2048) >= 2048 ? [key] : [];
  } catch {
    return [];
  }
}

async function fetchKeySet(url: string): Promise<unknown> {
  // A redirect could lead to where somebody else answers.
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
  if (!response.ok) throw new Error(`${response.status} from ${url}`);
  return response.json();
}
