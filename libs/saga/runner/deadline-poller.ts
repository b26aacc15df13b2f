import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Fault } from '#libs/kernel/errors.js';
import { handleAll, Poller } from '#libs/kernel/poller.js';
import { failureKindOf } from '#libs/messaging/parking/failure.js';
import { scrub } from '#libs/observability/log-fields.js';
import { runInContext } from '#libs/observability/request-context.js';
import type { DueSaga, SagaRunner } from './saga-runner.js';

/** Deadlines are seconds away at least; an idle look costs one index probe. */
const intervalMs = 500;

/** Sagas that are taken up at once; they share groups of units. After a full batch the next follows without a pause. */
export const maxBatch = 200;

/**
 * Fires the deadlines of sagas. Every process with the worker role runs one: two that see the same deadline both try, and
 * the revision lets one of them succeed.
 */
export class DeadlinePoller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('DeadlinePoller');
  readonly #poller = new Poller({
    look: async (most) => handleAll(await this.findDue(most), (saga) => this.#fire(saga)),
    maxBatch,
    intervalMs,
    onFailing: (error) => this.#logger.warn('deadlines of sagas cannot be fired for now', error),
  });

  constructor(
    private readonly runner: Pick<SagaRunner<unknown>, 'deadlinePassed' | 'setAside'>,
    private readonly findDue: (limit: number) => Promise<readonly DueSaga[]>,
  ) {}

  onApplicationBootstrap(): void {
    this.#poller.start();
  }

  /** Resolves when the batch in hand is done. */
  beforeApplicationShutdown(): Promise<void> {
    return this.#poller.stop();
  }

  /** How many due sagas it found. Never rejects: the next look comes anyway. */
  pollOnce(): Promise<number> {
    return this.#poller.once();
  }

  async #fire(saga: DueSaga): Promise<void> {
    try {
      await runInContext({ sagaId: saga.id, orderId: saga.subject }, () => this.runner.deadlinePassed(saga));
    } catch (error) {
      // Faults pass. Anything else is about this saga: its definition, or what it is about, is broken.
      if (failureKindOf(error) === 'infrastructure' || error instanceof Fault) throw error;
      this.#logger.error('a saga cannot go on past its deadline', { sagaId: saga.id }, error);
      // Trying it at every look would keep the sagas behind it from their turn.
      await this.runner.setAside(saga, scrub(error instanceof Error ? error.message : 'unknown'));
    }
  }
}
