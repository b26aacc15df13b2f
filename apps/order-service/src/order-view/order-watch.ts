import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { outsideOfContext } from '#libs/observability/request-context.js';
import { OrderViewReader, type ViewState } from './order-view.reader.js';

/** Time between two looks while somebody waits for what another process may project. */
const lookEveryMs = 25;

/** Orders asked about in one query; a look at more takes several. */
const mostOrdersPerQuery = 500;

interface Waiter {
  readonly isMet: (state: ViewState) => boolean;
  readonly settle: (met: boolean) => void;
}

/**
 * Lets requests wait until the read side shows what they need. What this process projects itself it is told; for the
 * rest all who wait share one look, so that a hundred waiting clients cost no more queries than one. While nobody waits
 * nothing is asked.
 */
@Injectable()
export class OrderWatch {
  private readonly waiters = new Map<string, Set<Waiter>>();
  private looking = false;

  constructor(@Inject(OrderViewReader) private readonly reader: Pick<OrderViewReader, 'states'>) {}

  /** Resolves true as soon as the order's view meets the condition, false when `milliseconds` have passed. */
  wait(orderId: string, isMet: (state: ViewState) => boolean, milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      // Each has a time of its own: a look takes long while the read side does not answer.
      const timer = setTimeout(() => this.settle(orderId, waiter, false), milliseconds);
      const waiter: Waiter = {
        isMet,
        settle: (met) => {
          clearTimeout(timer);
          resolve(met);
        },
      };
      const waiters = this.waiters.get(orderId) ?? new Set();
      this.waiters.set(orderId, waiters.add(waiter));
      if (!this.looking) void outsideOfContext(() => this.look());
    });
  }

  /** The read side shows this, as has just been committed. */
  tell(state: ViewState): void {
    for (const waiter of this.waiters.get(state.id) ?? []) {
      if (waiter.isMet(state)) this.settle(state.id, waiter, true);
    }
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.waiters.size > 0) {
      // A read side that does not answer is no reason to fail who waits: their time simply passes.
      const states = await this.states().catch((): ViewState[] => []);
      for (const state of states) this.tell(state);
      await sleep(lookEveryMs);
    }
    this.looking = false;
  }

  private settle(orderId: string, waiter: Waiter, met: boolean): void {
    const waiters = this.waiters.get(orderId);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.waiters.delete(orderId);
    waiter.settle(met);
  }

  private async states(): Promise<ViewState[]> {
    const ids = [...this.waiters.keys()];
    const found: ViewState[] = [];
    for (let from = 0; from < ids.length; from += mostOrdersPerQuery) {
      found.push(...(await this.reader.states(ids.slice(from, from + mostOrdersPerQuery))));
    }
    return found;
  }
}
