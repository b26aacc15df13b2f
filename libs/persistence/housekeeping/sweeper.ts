import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { Poller } from '#libs/kernel/poller.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';
import { adaptiveBatchSize, restMs } from './adaptive-batch-size.js';
import type { Batch, Position } from './prunable.js';
import type { PruneLease, LeaseEnd, PruneLeases } from './prune-lease.js';

/** Then another sweep has its turn; what is left goes on after it. */
const maxLeaseMs = 20_000;

/** A dead process's pass is taken up at most about this long after its lease is over. */
const longestLookMs = 60_000;

/** Goes through a table again and again, and puts right what is not as it should be. */
export interface Sweep {
  /** Names its row among the leases. */
  readonly name: string;
  /** From the end of a pass to the beginning of the next. */
  readonly everySeconds: number;
  /** What has changed this shortly before is left for the next pass. */
  readonly quietSeconds: number;
  /** Rows of one batch at most; fewer while they take long. */
  readonly batchSize: number;
  /** Between two batches, at least. Default: as long as a batch took, so that it has half of a connection at most. */
  readonly restSeconds?: number;
  /** Where a pass begins, after one that went up to `before`. Default: at the beginning of the table. */
  readonly begin?: (before: Date) => Position;
  /**
   * Handles the next few rows, in transactions of its own. Safe to run twice at once.
   * @returns where the next batch begins; null when the pass is through.
   */
  readonly sweep: (batch: Batch) => Promise<Position | null>;
}

/**
 * Sweeps in the background, under leases like those of pruning: one process at a time makes a pass, in small batches with rests,
 * and whichever comes next goes on where it stopped, or died.
 */
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('Sweeper');
  readonly #poller: Poller;
  readonly #lookMs: number;
  #known = false;
  #stopping = false;

  constructor(
    private readonly leases: Pick<PruneLeases, 'know' | 'take' | 'goOn' | 'end'>,
    private readonly sweeps: readonly Sweep[],
    private readonly time: Timers & Pick<Clock, 'monotonicMs'> = { ...systemTimers, ...systemClock },
  ) {
    this.#lookMs = Math.min(longestLookMs, ...sweeps.map(({ everySeconds }) => everySeconds * 1_000));
    this.#poller = new Poller(
      {
        look: () => this.#look(),
        maxBatch: 1,
        intervalMs: this.#lookMs,
        onFailing: (error) => this.#logger.warn('sweeps cannot go on for now', error),
      },
      time,
    );
  }

  onApplicationBootstrap(): void {
    this.#poller.start();
  }

  /** Resolves when the batch in hand is done; the rest is another process's at once. */
  beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    return this.#poller.stop();
  }

  /** Makes the passes that are due. Never rejects: the next look comes anyway. */
  async look(): Promise<void> {
    await this.#poller.once();
  }

  /** @returns how many passes were cut short, and go on at once. */
  async #look(): Promise<number> {
    if (!this.#known) await this.leases.know(this.sweeps.map(({ name }) => name));
    this.#known = true;
    let cutShort = 0;
    for (const sweep of this.sweeps) if ((await this.#takeLease(sweep)) === 'cut-short') cutShort += 1;
    return cutShort;
  }

  async #takeLease(sweep: Sweep): Promise<LeaseEnd['result'] | 'taken-over' | 'not-mine'> {
    const lease = await this.leases.take(sweep.name, sweep.quietSeconds * 1_000);
    if (!lease) return 'not-mine';
    const next = sweep.begin?.(lease.before) ?? null;
    const progress = { position: lease.position ?? next };
    try {
      const result = await this.#pass(sweep, lease, progress);
      if (result === 'through') {
        await this.leases.end(lease, { result, position: next }, sweep.everySeconds * 1_000);
      } else if (result === 'cut-short') {
        await this.leases.end(lease, { result, position: progress.position, reached: null }, 0);
      }
      return result;
    } catch (error) {
      const { position } = progress;
      await this.leases.end(lease, { result: 'failed', position, reached: null }, this.#lookMs);
      throw error;
    }
  }

  /** Batch after batch, until the pass is through or the time is up. */
  async #pass(
    { sweep, batchSize, restSeconds = 0 }: Sweep,
    lease: PruneLease,
    progress: { position: Position | null },
  ): Promise<'through' | 'cut-short' | 'taken-over'> {
    const until = this.time.monotonicMs() + maxLeaseMs;
    let limit = batchSize;
    for (;;) {
      const startedAt = this.time.monotonicMs();
      const next = await sweep({ before: lease.before, after: progress.position, limit });
      if (next === null) return 'through';
      progress.position = next;
      if (!(await this.leases.goOn(lease, next))) return 'taken-over';
      const tookMs = this.time.monotonicMs() - startedAt;
      limit = adaptiveBatchSize(limit, tookMs, batchSize);
      await this.time.pause(Math.max(restMs(tookMs), restSeconds * 1_000));
      if (this.#stopping || this.time.monotonicMs() > until) return 'cut-short';
    }
  }
}
