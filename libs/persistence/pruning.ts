import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';

export interface PruningOptions {
  readonly keepDays?: number;
  readonly everyMs?: number;
  readonly batchSize?: number;
}

/** Deletes up to `limit` rows in a transaction of its own. @returns how many there were. */
export type DeleteBatch = (limit: number) => Promise<number>;

/** Repeats a batch until it finds fewer than it may delete. @returns how many rows were deleted. */
export type InBatches = (deleteBatch: DeleteBatch) => Promise<number>;

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Deletes rows that nobody needs any more, now and again, in small batches: a long transaction would hold up the units of
 * work that insert.
 */
export abstract class Pruning {
  private readonly logger = new Logger('Pruning');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  /** @param what for the log: `the inbox`. */
  protected constructor(
    private readonly what: string,
    protected readonly dataSource: DataSource,
    private readonly options: Required<Pick<PruningOptions, 'keepDays'>> & PruningOptions,
  ) {}

  /** Deletes what was done with before that time. @returns how many rows. */
  protected abstract sweep(before: Date, inBatches: InBatches): Promise<number>;

  start(): void {
    const run = (): void => {
      this.running ??= this.prune()
        .then((count) => {
          if (count > 0) this.logger.log(`pruned ${this.what}`, { count });
        })
        .catch((error: unknown) => this.logger.warn(`${this.what} could not be pruned`, error))
        .finally(() => (this.running = undefined));
    };
    this.timer = setInterval(run, this.options.everyMs ?? 10 * 60 * 1000).unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** @returns how many rows were deleted. */
  async prune(): Promise<number> {
    const [clock]: { now: string }[] = await this.dataSource.query(
      'SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000 AS UNSIGNED) AS now',
    );
    const before = new Date(Number(clock?.now) - this.options.keepDays * dayMs);
    return this.sweep(before, (deleteBatch) => this.inBatches(deleteBatch));
  }

  private async inBatches(deleteBatch: DeleteBatch): Promise<number> {
    const { batchSize = 1_000 } = this.options;
    let total = 0;
    for (let deleted = batchSize; deleted === batchSize && !this.stopped; total += deleted) {
      deleted = await deleteBatch(batchSize);
    }
    return total;
  }
}
