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

/** The tokens of the sandbox, part of the public API: demonstrations and tests steer payments by them. */
export function behaviourFor(token: string | undefined, orderId: string): SandboxBehaviour {
  switch (token) {
    // Without a token: the customer's own means of payment, which are good.
    case undefined:
    case 'tok_ok':
      return capture;
    case 'tok_declined':
      return decline('declined');
    case 'tok_insufficient_funds':
      return decline('insufficient-funds');
    case 'tok_slow':
      return { ...capture, delaySeconds: 3 };
    case 'tok_timeout':
      return {
        ...plain,
        decision: capturesInSilence(orderId) ? { kind: 'capture' } : { kind: 'do-nothing' },
        answers: false,
      };
    case 'tok_flaky':
      return { ...capture, failures: 2 };
    case 'tok_pending':
      return { ...plain, decision: { kind: 'settle-later', seconds: 2 } };
    default:
      return decline('invalid-token');
  }
}

/** Half of the orders, always the same ones, so that a run can be repeated. */
export const capturesInSilence = (orderId: string): boolean =>
  (createHash('sha256').update(orderId).digest().readUInt8(0) & 1) === 1;
