import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { OrderViewReader, type ViewState } from './order-view.reader.js';

/** Time between two looks while somebody waits. */
const lookEveryMs = 10;

/** Orders asked about in one query; a look at more takes several. */
const mostOrdersPerQuery = 500;

interface Waiter {
  readonly orderId: string;
  readonly isMet: (state: ViewState) => boolean;
  readonly until: number;
  readonly settle: (met: boolean) => void;
}

/**
 * Lets requests wait until the read side shows what they need. All who wait share one look, so that a hundred
 * waiting clients cost no more queries than one; while nobody waits nothing is asked.
 */
@Injectable()
export class OrderWatch {
  private waiters = new Set<Waiter>();
  private looking = false;

  constructor(@Inject(OrderViewReader) private readonly reader: Pick<OrderViewReader, 'states'>) {}

  /** Resolves true as soon as the order's view meets the condition, false when `milliseconds` have passed. */
  wait(orderId: string, isMet: (state: ViewState) => boolean, milliseconds: number): Promise<boolean> {
    return new Promise((settle) => {
      this.waiters.add({ orderId, isMet, until: performance.now() + milliseconds, settle });
      if (!this.looking) void this.look();
    });
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.waiters.size > 0) {
      // A read side that does not answer is no reason to fail who waits: their time simply passes.
      const states = await this.states().catch(() => new Map<string, ViewState>());
      const now = performance.now();
      for (const waiter of this.waiters) {
        const state = states.get(waiter.orderId);
        const met = state !== undefined && waiter.isMet(state);
        if (!met && now < waiter.until) continue;
        this.waiters.delete(waiter);
        waiter.settle(met);
      }
      await sleep(lookEveryMs);
    }
    this.looking = false;
  }

  private async states(): Promise<Map<string, ViewState>> {
    const ids = [...new Set([...this.waiters].map(({ orderId }) => orderId))];
    const found = new Map<string, ViewState>();
    for (let from = 0; from < ids.length; from += mostOrdersPerQuery) {
      const states = await this.reader.states(ids.slice(from, from + mostOrdersPerQuery));
      for (const state of states) found.set(state.id, state);
    }
    return found;
  }
}
