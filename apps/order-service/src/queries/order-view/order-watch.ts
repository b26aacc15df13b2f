import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Caller } from '#libs/kernel/caller.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';
import { Bulkhead, crowdings, RefusalThrottle } from '#libs/http';
import { counter, gauge, outsideOfContext } from '#libs/observability';
import { OrderViewReader, type ViewState } from './order-view.reader.js';

/** Time between two looks while somebody waits for what another process may project. */
const lookEveryMs = 25;

/** In all, and of one caller: as many orders as one query can ask about. Further callers are told at once. */
const maxWaits = { maxConcurrent: 500, maxShare: 50 };

export interface Wait {
  readonly caller: Caller;
  readonly milliseconds: number;
  /** Aborted when nobody waits any more. */
  readonly gone?: AbortSignal;
}

/** `not-waited`: as many wait as may, in all or of this caller; in the latter case only a few in a second are told. */
export type WaitOutcome = 'met' | 'not-met' | 'not-waited';

interface Waiter {
  readonly isMet: (state: ViewState) => boolean;
  readonly settle: (outcome: 'met' | 'not-met') => void;
}

/**
 * Lets requests wait until the read side shows what they need. What this process projects itself it is told; for the
 * rest all who wait share one look, so that a hundred waiting clients cost no more queries than one. While nobody waits
 * nothing is asked.
 */
@Injectable()
export class OrderWatch {
  private readonly waiters = new Map<string, Set<Waiter>>();
  private readonly waits = new Bulkhead(maxWaits);
  private readonly notWaited = counter({
    name: 'orders_waits_declined_total',
    help: 'Requests that were answered without waiting because as many waited as may: in all, or of their caller.',
    labels: { reason: crowdings },
  });
  private readonly throttle = new RefusalThrottle();
  private looking = false;

  constructor(
    @Inject(OrderViewReader) private readonly reader: Pick<OrderViewReader, 'states'>,
    @Optional() private readonly timers: Pick<Timers, 'after' | 'pause'> = systemTimers,
  ) {
    gauge({
      name: 'orders_waits',
      help: 'Requests that wait until the read side shows what they need.',
      collect: (waits) => waits.set(this.waits.size),
    });
  }

  /** `met` as soon as the order's view meets the condition, `not-met` when the time has passed or nobody waits any more. */
  async wait(orderId: string, isMet: (state: ViewState) => boolean, wait: Wait): Promise<WaitOutcome> {
    // Staff wait for many customers: only the total bounds them.
    const leave = this.waits.enter(wait.caller.isStaff ? null : wait.caller.subject);
    if (typeof leave !== 'string') return this.waitInside(orderId, isMet, wait).finally(leave);
    this.notWaited.inc({ reason: leave });
    if (leave === 'share') await this.slowDown(wait);
    return 'not-waited';
  }

  /** The read side shows this, as has just been committed. */
  tell(state: ViewState): void {
    for (const { isMet, settle } of this.waiters.get(state.id) ?? []) if (isMet(state)) settle('met');
  }

  /** A caller with so many waits would be back at once. */
  private slowDown({ caller, milliseconds, gone }: Wait): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.timers.after(milliseconds, resolve);
      const forget = this.throttle.run(caller.subject, () => {
        timer.cancel();
        resolve();
      });
      gone?.addEventListener('abort', forget, { once: true });
    });
  }

  private waitInside(
    orderId: string,
    isMet: Waiter['isMet'],
    { milliseconds, gone }: Wait,
  ): Promise<'met' | 'not-met'> {
    if (gone?.aborted) return Promise.resolve('not-met');
    return new Promise((resolve) => {
      const waiters = this.waiters.get(orderId) ?? new Set();
      const giveUp = (): void => settle('not-met');
      // A timer of its own: a look may take as long as the read side is silent.
      const timer = this.timers.after(milliseconds, giveUp);
      gone?.addEventListener('abort', giveUp, { once: true });
      const settle: Waiter['settle'] = (outcome) => {
        timer.cancel();
        gone?.removeEventListener('abort', giveUp);
        waiters.delete(waiter);
        if (waiters.size === 0) this.waiters.delete(orderId);
        resolve(outcome);
      };
      const waiter: Waiter = { isMet, settle };
      this.waiters.set(orderId, waiters.add(waiter));
      if (!this.looking) void outsideOfContext(() => this.look());
    });
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.waiters.size > 0) {
      // A read side that does not answer is no reason to fail those who wait: their time simply passes.
      const states = await this.reader.states([...this.waiters.keys()]).catch((): ViewState[] => []);
      for (const state of states) this.tell(state);
      await this.timers.pause(lookEveryMs);
    }
    this.looking = false;
  }
}
