import { createHash } from 'node:crypto';
import type { DeclineCode } from '../../domain/payment.js';

/** What the sandbox does with a charge that it has not decided on yet. */
export interface SandboxBehaviour {
  readonly decision:
    | { readonly kind: 'capture' }
    | { readonly kind: 'decline'; readonly code: DeclineCode }
    /** Captured this much later. */
    | { readonly kind: 'settle-later'; readonly seconds: number }
    | { readonly kind: 'do-nothing' };
  /** Before the decision. */
  readonly delaySeconds: number;
  /** How often a charge with one key fails before it is decided. */
  readonly failures: number;
  /** Whether the caller hears of the decision. */
  readonly answers: boolean;
}

const plain = { delaySeconds: 0, failures: 0, answers: true } as const;
const decline = (code: DeclineCode): SandboxBehaviour => ({ ...plain, decision: { kind: 'decline', code } });
const capture: SandboxBehaviour = { ...plain, decision: { kind: 'capture' } };

/**
 * The tokens of the sandbox, part of the public API: demonstrations and tests steer payments by them. What each does is
 * told in docs/participants.md.
 */
export const sandboxTokens = {
  tok_ok: () => capture,
  tok_declined: () => decline('declined'),
  tok_insufficient_funds: () => decline('insufficient-funds'),
  tok_slow: () => ({ ...capture, delaySeconds: 3 }),
  tok_timeout: (orderId) => ({
    ...plain,
    decision: capturesInSilence(orderId) ? { kind: 'capture' } : { kind: 'do-nothing' },
    answers: false,
  }),
  tok_flaky: () => ({ ...capture, failures: 2 }),
  tok_pending: () => ({ ...plain, decision: { kind: 'settle-later', seconds: 2 } }),
} as const satisfies Record<string, (orderId: string) => SandboxBehaviour>;

const isToken = (token: string): token is keyof typeof sandboxTokens => Object.hasOwn(sandboxTokens, token);

export function behaviourFor(token: string | undefined, orderId: string): SandboxBehaviour {
  // Without a token: the customer's own means of payment, which are good.
  if (token === undefined) return capture;
  return isToken(token) ? sandboxTokens[token](orderId) : decline('invalid-token');
}

/** Half of the orders, always the same ones, so that a run can be repeated. */
export const capturesInSilence = (orderId: string): boolean =>
  (createHash('sha256').update(orderId).digest().readUInt8(0) & 1) === 1;
