import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { idToBytes } from '#libs/kernel/ids.js';

export interface PruningOptions {
  readonly keepDays?: number;
  readonly everyMs?: number;
  readonly batchSize?: number;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Deletes inbox rows once no copy of their messages can turn up any more. Finds them without an index on time: message
 * ids are UUIDv7, so a consumer's oldest messages are the first of its key range. Ids of another kind, which only a
 * foreign sender would use, stay.
 */
export class InboxPruning {
  private readonly logger = new Logger('InboxPruning');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly options: PruningOptions = {},
  ) {}

  start(): void {
    const run = (): void => {
      this.running ??= this.prune()
        .then((count) => {
          if (count > 0) this.logger.log('pruned the inbox', { count });
        })
        .catch((error: unknown) => this.logger.warn('the inbox could not be pruned', error))
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
    const keepMs = (this.options.keepDays ?? 7) * dayMs;
    const [clock]: { now: string }[] = await this.dataSource.query(
      'SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000 AS UNSIGNED) AS now',
    );
    const before = new Date(Number(clock?.now) - keepMs);
    const consumers: { consumer: string }[] = await this.dataSource.query(
      'SELECT DISTINCT consumer FROM inbox',
    );
    let count = 0;
    for (const { consumer } of consumers) count += await this.pruneConsumer(consumer, before);
    return count;
  }

  /** Small batches, each a transaction of its own: a long one would hold up the units of work that insert. */
  private async pruneConsumer(consumer: string, before: Date): Promise<number> {
    const { batchSize = 1_000 } = this.options;
    let total = 0;
    for (let deleted = batchSize; deleted === batchSize && !this.stopped; total += deleted) {
      // consumed_at, too: a parked message may be redriven long after its id was made.
      const result: { affectedRows: number } = await this.dataSource.query(
        `DELETE FROM inbox WHERE consumer = ? AND message_id < ? AND consumed_at < ? ORDER BY message_id LIMIT ?`,
        [consumer, firstIdAt(before), before, batchSize],
      );
      deleted = result.affectedRows;
    }
    return total;
  }
}

/** The lowest UUIDv7 of that millisecond, as bytes. */
export function firstIdAt(time: Date): Buffer {
  const milliseconds = time.getTime().toString(16).padStart(12, '0');
  return idToBytes(`${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7000-8000-000000000000`);
}
