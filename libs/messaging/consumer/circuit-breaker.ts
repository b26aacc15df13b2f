import { systemTimers, type Timer, type Timers } from '#libs/kernel/timers.js';
import { backoffMs } from '../broker/backoff.js';
import { quickTryDelaysMs } from '../parking/retry-policy.js';

/** One try at a message. Ends with exactly one of these calls; a second one has no effect. */
export interface Attempt {
  succeeded(): void;
  /** What every message needs is away. */
  failed(): void;
  /** The try says nothing about that. */
  inconclusive(): void;
}

/**
 * As many as one message can have while it is in hand: even a lone one that meets an outage waits it out where it is.
 * With more, the first message of every outage would move on to a retry delay, and after the third outage to the
 * longest.
 */
const failuresInHand = 1 + quickTryDelaysMs.length;

export interface CircuitBreakerOptions {
  readonly failuresToOpen?: number;
  /** Wait before the first probe; doubles up to `maxProbeMs`. */
  readonly firstProbeMs?: number;
  readonly maxProbeMs?: number;
  readonly onChange?: (open: boolean) => void;
  readonly timers?: Timers;
}

/** `give-back`: others probe, and nothing is to be held meanwhile. Null: the consumer stops, or the channel is gone. */
export type Permission = Attempt | 'give-back' | null;

interface Waiting {
  readonly resolve: (permission: Permission) => void;
  readonly gone: AbortSignal | undefined;
}

/**
 * Slows a consumer down to single probes when everything fails, so that an outage does not send a whole queue through
 * the retry delays into the parking lot. While it is open, one message at a time waits for its turn to probe, and is given
 * back when that fails; no other is held. What is held when a connection is lost counts as delivered in vain, and the
 * broker parks what it has delivered in vain too often.
 */
export class CircuitBreaker {
  private consecutiveFailures = 0;
  private open = false;
  private failedProbes = 0;
  private probing = false;
  private stopped = false;
  private timer: Timer | undefined;
  /** The caller that probes next. */
  private waiting: Waiting | undefined;

  constructor(private readonly options: CircuitBreakerOptions = {}) {}

  get isOpen(): boolean {
    return this.open;
  }

  /** Asks for an attempt; a caller that is to probe waits. No probe is spent on a message whose channel is gone. */
  enter(gone?: AbortSignal): Promise<Permission> {
    if (this.stopped || gone?.aborted) return Promise.resolve(null);
    if (!this.open) return Promise.resolve(this.attempt(false));
    if (this.waiting?.gone?.aborted) this.answer(null);
    if (this.probing || this.waiting) return Promise.resolve('give-back');
    return new Promise((resolve) => {
      this.waiting = { resolve, gone };
      this.scheduleProbe();
    });
  }

  /** Turns away whoever waits. */
  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
    this.answer(null);
  }

  private answer(permission: Permission): void {
    this.waiting?.resolve(permission);
    this.waiting = undefined;
  }

  private attempt(isProbe: boolean): Attempt {
    let used = false;
    const once = (end: () => void) => (): void => {
      if (used) return;
      used = true;
      if (isProbe) this.probing = false;
      end();
      if (isProbe) this.scheduleProbe();
    };
    return {
      succeeded: once(() => this.close()),
      failed: once(() => this.countFailure(isProbe)),
      inconclusive: once(() => undefined),
    };
  }

  private countFailure(isProbe: boolean): void {
    this.consecutiveFailures += 1;
    if (isProbe) this.failedProbes += 1;
    if (this.open || this.consecutiveFailures < (this.options.failuresToOpen ?? failuresInHand)) return;
    this.open = true;
    this.failedProbes = 0;
    this.options.onChange?.(true);
  }

  private close(): void {
    this.consecutiveFailures = 0;
    if (!this.open) return;
    this.open = false;
    this.timer?.cancel();
    this.timer = undefined;
    this.options.onChange?.(false);
    if (this.waiting) this.answer(this.attempt(false));
  }

  private scheduleProbe(): void {
    if (!this.open || this.stopped || this.probing || this.timer || !this.waiting) return;
    const { firstProbeMs = 500, maxProbeMs = 10_000, timers = systemTimers } = this.options;
    const wait = backoffMs(this.failedProbes + 1, { firstMs: firstProbeMs, capMs: maxProbeMs });
    this.timer = timers.after(wait, () => {
      this.timer = undefined;
      if (this.waiting?.gone?.aborted) return this.answer(null);
      if (!this.waiting) return;
      this.probing = true;
      this.answer(this.attempt(true));
    });
  }
}
