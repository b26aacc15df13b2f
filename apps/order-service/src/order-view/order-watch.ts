import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { OrderViewReader, type ViewState } from './order-view.reader.js';

/** Time between two looks while somebody waits for what another process may project. */
const lookEveryMs = 25;

/** Orders asked about in one query; a look at more takes several. */
const mostOrdersPerQuery = 500;

interface Waiter {
  readonly isMet: (state: ViewState) => boolean;
  readonly until: number;
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
    return new Promise((settle) => {
      const waiters = this.waiters.get(orderId) ?? new Set();
      this.waiters.set(orderId, waiters.add({ isMet, until: performance.now() + milliseconds, settle }));
      if (!this.looking) void this.look();
    });
  }

  /** The read side shows this, as has just been committed. */
  tell(state: ViewState): void {
    this.settle(state.id, ({ isMet }) => (isMet(state) ? true : undefined));
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.waiters.size > 0) {
      // A read side that does not answer is no reason to fail who waits: their time simply passes.
      const states = await this.states().catch((): ViewState[] => []);
      for (const state of states) this.tell(state);
      const now = performance.now();
      for (const orderId of this.waiters.keys()) {
        this.settle(orderId, ({ until }) => (now >= until ? false : undefined));
      }
      await sleep(lookEveryMs);
    }
    this.looking = false;
  }

  /** @param outcome undefined: waits on. */
  private settle(orderId: string, outcome: (waiter: Waiter) => boolean | undefined): void {
    const waiters = this.waiters.get(orderId);
    if (!waiters) return;
    for (const waiter of waiters) {
      const met = outcome(waiter);
      if (met === undefined) continue;
      waiters.delete(waiter);
      waiter.settle(met);
    }
    if (waiters.size === 0) this.waiters.delete(orderId);
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
