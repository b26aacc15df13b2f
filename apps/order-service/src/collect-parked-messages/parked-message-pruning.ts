import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Pruning, type InBatches } from '#libs/persistence/pruning.js';

const keepDays = 30;
/** Each with its bytes. */
const batchSize = 100;

/** Deletes parked messages, and jobs, thirty days after they were done with. What waits for a person stays. */
@Injectable()
export class ParkedMessagePruning
  extends Pruning
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  constructor(@InjectDataSource() source: DataSource) {
    super('parked messages', source, { keepDays, batchSize });
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  protected async sweep(before: Date, inBatches: InBatches): Promise<number> {
    const messages = await inBatches((limit) => this.deleteMessages(before, limit));
    const jobs = await inBatches((limit) => this.deleteJobs(before, limit));
    return messages + jobs;
  }

  private deleteMessages(before: Date, limit: number): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      // A settled message without a time of its settling is none: an open one is never found.
      const rows: { id: Buffer }[] = await manager.query(
        'SELECT id FROM parked_messages WHERE settled_at < ? ORDER BY settled_at LIMIT ? FOR UPDATE',
        [before, limit],
      );
      const ids = rows.map(({ id }) => id);
      if (ids.length === 0) return 0;
      await manager.query('DELETE FROM parked_message_bodies WHERE id IN (?)', [ids]);
      await manager.query('DELETE FROM parked_messages WHERE id IN (?)', [ids]);
      return ids.length;
    });
  }

  private async deleteJobs(before: Date, limit: number): Promise<number> {
    const result: { affectedRows: number } = await this.dataSource.query(
      'DELETE FROM operator_jobs WHERE finished_at < ? ORDER BY finished_at LIMIT ?',
      [before, limit],
    );
    return result.affectedRows;
  }
}
