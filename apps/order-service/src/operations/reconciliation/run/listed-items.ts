import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { InjectBackgroundSource } from '#libs/persistence/database';

const batchSize = 1_000;

/**
 * Removes what participants listed for runs that are over, also where a worker died before it had done so. No unit of work
 * does that: nothing is decided about these copies, nobody reads or adds to them any more, and there may be very many. It is
 * safe to repeat, and for several workers at once: what one of them has deleted is not there for the next.
 */
@Injectable()
export class ListedItems {
  constructor(@InjectBackgroundSource() private readonly source: DataSource) {}

  async removeLeftOver(): Promise<void> {
    const runs = await this.source.query<{ runId: Buffer }[]>(
      `SELECT run_id AS runId FROM (SELECT DISTINCT run_id FROM reconciliation_items) AS listed
        WHERE NOT EXISTS (SELECT 1 FROM reconciliation_runs WHERE id = run_id AND ended_at IS NULL)`,
    );
    for (const { runId } of runs) await this.#remove(runId);
  }

  /** In small parts, so that no statement takes long. */
  async #remove(runId: Buffer): Promise<void> {
    for (;;) {
      const { affectedRows } = await this.source.query<{ affectedRows: number }>(
        'DELETE FROM reconciliation_items WHERE run_id = ? ORDER BY item_id LIMIT ?',
        [runId, batchSize],
      );
      if (affectedRows < batchSize) return;
    }
  }
}
