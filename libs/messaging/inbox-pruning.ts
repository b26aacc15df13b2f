import type { DataSource } from 'typeorm';
import { idToBytes } from '#libs/kernel/ids.js';
import { Pruning, type InBatches, type PruningOptions } from '#libs/persistence/pruning.js';

/**
 * Deletes inbox rows once no copy of their messages can turn up any more. Finds them without an index on time: message
 * ids are UUIDv7, so a consumer's oldest messages are the first of its key range. Ids of another kind, which only a
 * foreign sender would use, stay.
 */
export class InboxPruning extends Pruning {
  constructor(dataSource: DataSource, options: PruningOptions = {}) {
    super('the inbox', dataSource, { keepDays: 7, ...options });
  }

  protected async sweep(before: Date, inBatches: InBatches): Promise<number> {
    const consumers: { consumer: string }[] = await this.dataSource.query(
      'SELECT DISTINCT consumer FROM inbox',
    );
    let count = 0;
    for (const { consumer } of consumers) {
      count += await inBatches((limit) => this.deleteBatch(consumer, before, limit));
    }
    return count;
  }

  private async deleteBatch(consumer: string, before: Date, limit: number): Promise<number> {
    // consumed_at, too: a parked message may be redriven long after its id was made.
    const result: { affectedRows: number } = await this.dataSource.query(
      `DELETE FROM inbox WHERE consumer = ? AND message_id < ? AND consumed_at < ? ORDER BY message_id LIMIT ?`,
      [consumer, firstIdAt(before), before, limit],
    );
    return result.affectedRows;
  }
}

/** The lowest UUIDv7 of that millisecond, as bytes. */
export function firstIdAt(time: Date): Buffer {
  const milliseconds = time.getTime().toString(16).padStart(12, '0');
  return idToBytes(`${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7000-8000-000000000000`);
}
