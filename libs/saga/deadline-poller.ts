import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Defect } from '#libs/kernel/errors.js';
import { runInContext } from '#libs/observability/request-context.js';
import type { DueSaga, SagaRunner } from './saga-runner.js';

/** Deadlines are seconds away at least; an idle look costs one index probe. */
const intervalMs = 500;

/** Sagas that are taken up at once; they share groups of units. After a full batch the next follows without a pause. */
export const batchMax = 200;

/**
 * Fires the deadlines of sagas. Every process with the worker role runs one: two that see the same deadline both try,
 * and the revision lets one of them.
 */
export class DeadlinePoller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('DeadlinePoller');
  readonly #stopping = new AbortController();
  #polling: Promise<void> = Promise.resolve();
  #failing = false;

  constructor(
    private readonly runner: Pick<SagaRunner<unknown>, 'deadlinePassed' | 'postpone'>,
    private readonly findDue: (limit: number) => Promise<readonly DueSaga[]>,
  ) {}

  onApplicationBootstrap(): void {
    this.#polling = this.#poll();
  }

  /** Resolves when the batch in hand is done. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
  }

  async #poll(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const found = await this.pollOnce();
      if (found < batchMax) {
        await pause(intervalMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  /** How many due sagas it found. Never rejects: the next look comes anyway. */
  async pollOnce(): Promise<number> {
    try {
      const due = await this.findDue(batchMax);
      const results = await Promise.allSettled(due.map((saga) => this.#fire(saga)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
      this.#failing = false;
      return due.length;
    } catch (error) {
      // Said once per outage, not twice a second for as long as it lasts.
      if (!this.#failing) this.#logger.warn('deadlines of sagas cannot be fired for now', error);
      this.#failing = true;
      return 0;
    }
  }

  async #fire(saga: DueSaga): Promise<void> {
    try {
      await runInContext({ sagaId: saga.id, orderId: saga.subject }, () => this.runner.deadlinePassed(saga));
    } catch (error) {
      if (!(error instanceof Defect)) throw error;
      this.#logger.error(`saga ${saga.id} cannot go on past its deadline`, error.stack);
      // Trying it at every look would keep the sagas behind it from their turn.
      await this.runner.postpone(saga);
    }
  }
}
