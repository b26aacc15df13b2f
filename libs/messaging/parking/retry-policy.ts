import type { RetryDelay } from '#libs/contracts/topology.js';
import { random as byChance } from '#libs/kernel/chance.js';
import type { FailureKind } from './failure.js';

/** What is done about a message that failed once more. */
export type RetryDecision =
  | { readonly kind: 'try-again'; readonly afterMs: number }
  | { readonly kind: 'wait'; readonly delay: RetryDelay; readonly attempt: number }
  | { readonly kind: 'park'; readonly reason: 'defect' | 'attempts-spent' };

/** Waits before the quick tries, with the message in hand: for deadlocks, restarts, a moment's overload. */
export const quickTryDelaysMs: readonly number[] = [50, 200, 800];

/**
 * @param quickTries how many of them this delivery has had.
 * @param attempt how many retry delays the message has been through.
 */
export function retryDecision(
  failure: FailureKind,
  quickTries: number,
  attempt: number,
  delays: readonly RetryDelay[],
  random: () => number = byChance,
): RetryDecision {
  if (failure === 'defect') return { kind: 'park', reason: 'defect' };
  const quick = quickTryDelaysMs[quickTries];
  if (quick !== undefined) return { kind: 'try-again', afterMs: Math.round(quick * (0.75 + random() / 2)) };
  const delay = delays[attempt];
  if (delay) return { kind: 'wait', delay, attempt: attempt + 1 };
  return { kind: 'park', reason: 'attempts-spent' };
}

/** Our own header, because the broker's `x-death` does not tell our delays from others' and is a sender's to forge. */
export const attemptHeader = 'x-attempt';

/** The attempt that a delivery says it is, clamped to what is possible: a header is whatever its sender wrote. */
export function attemptOf(header: unknown, delays: readonly RetryDelay[]): number {
  if (typeof header !== 'number' || !Number.isInteger(header)) return 0;
  return Math.min(Math.max(header, 0), delays.length);
}
