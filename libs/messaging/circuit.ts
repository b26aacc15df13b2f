import { systemTimers, type Timer, type Timers } from '#libs/kernel/timers.js';
import { backoffMs } from './backoff.js';
import { quickTryDelaysMs } from './failure-ladder.js';

/** The leave to try one message. Ends with exactly one of its calls; a second one has no effect. */
export interface Permit {
  succeeded(): void;
  /** What every message needs is away. */
  failed(): void;
  /** The try says nothing about that. */
  inconclusive(): void;
}

/**
 * As many as one message can have in hand: even a lone one that meets an outage waits it out where it is. With more, the
 * first message of every outage would move on to a retry delay, and after the third outage to the longest.
 */
const failuresInHand = 1 + quickTryDelaysMs.length;

export interface CircuitOptions {
  readonly failuresToOpen?: number;
  /** Wait before the first probe; doubles up to `mostProbeMs`. */
  readonly firstProbeMs?: number;
  readonly mostProbeMs?: number;
  readonly onChange?: (open: boolean) => void;
  readonly timers?: Timers;
}

interface Waiting {
  readonly resolve: (permit: Permit | null) => void;
  readonly gone: AbortSignal | undefined;
}

/**
 * Slows a consumer down to single probes when everything fails, so that an outage does not send a whole queue through
 * the retry delays into the parking lot. While it is open, messages wait in hand; they take turns at probing, so that
 * one that fails for reasons of its own does not keep the others waiting.
 */
export class Circuit {
  private consecutiveFailures = 0;
  private open = false;
  private failedProbes = 0;
  private probing = false;
  private stopped = false;
  private timer: Timer | undefined;
  private readonly waiting: Waiting[] = [];

  constructor(private readonly options: CircuitOptions = {}) {}

  get isOpen(): boolean {
    return this.open;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  /**
   * Waits for leave to try. @returns null when the consumer stops, or `gone` is aborted: the message is left to the
   * broker. A probe is never spent on one that is gone; after some lost connections there are hundreds of them.
   */
  enter(gone?: AbortSignal): Promise<Permit | null> {
    if (this.stopped || gone?.aborted) return Promise.resolve(null);
    if (!this.open) return Promise.resolve(this.permit(false));
    return new Promise((resolve) => {
      this.waiting.push({ resolve, gone });
      this.scheduleProbe();
    });
  }

  /** Lets everybody go who waits. */
  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
    for (const { resolve } of this.waiting.splice(0)) resolve(null);
  }

  private permit(isProbe: boolean): Permit {
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
    for (const { resolve } of this.waiting.splice(0)) resolve(this.permit(false));
  }

  private scheduleProbe(): void {
    if (!this.open || this.stopped || this.probing || this.timer || this.waiting.length === 0) return;
    const { firstProbeMs = 500, mostProbeMs = 10_000, timers = systemTimers } = this.options;
    const wait = backoffMs(this.failedProbes + 1, { firstMs: firstProbeMs, capMs: mostProbeMs });
    this.timer = timers.after(wait, () => {
      this.timer = undefined;
      const next = this.nextWaiting();
      if (!next) return;
      this.probing = true;
      next.resolve(this.permit(true));
    });
  }

  private nextWaiting(): Waiting | undefined {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      if (!next.gone?.aborted) return next;
      next.resolve(null);
    }
    return undefined;
  }
}
