import type { EntityManager } from 'typeorm';
import { byKey, deleteByKeys } from '#libs/persistence/housekeeping/old-rows.js';
import { secondsOf, type Prunable, type Pruned } from '#libs/persistence/housekeeping/prunable.js';
import { nextOfStretch } from './saga-stretch.query.js';

export interface SagaPruningOptions {
  readonly keepDays: number;
  /**
   * Of these subjects, those whose sagas somebody may yet read to act on them, in hex. What is not among them must never
   * become so again.
   */
  readonly stillNeeded: (
    manager: EntityManager,
    subjects: readonly Buffer[],
    before: Date,
  ) => Promise<ReadonlySet<string>>;
}

/**
 * Deletes sagas that ended long ago and that nothing will ask for any more, and the timelines of all that ended long ago:
 * they are most of what a saga takes up, and what is needed to act on it later is in its row.
 */
export const sagaPruning = ({ keepDays, stillNeeded }: SagaPruningOptions): Prunable => ({
  table: 'sagas',
  keepSeconds: secondsOf.days(keepDays),
  // Each with its timeline, a dozen rows.
  batchSize: 200,
  prune: async (source, batch): Promise<Pruned> => {
    const { before } = batch;
    const { sagas, reached, next } = await nextOfStretch(source, ['completed', 'rolled-back'], batch);
    const over = sagas.filter(({ finishedAt }) => finishedAt !== null && finishedAt < before);
    if (over.length === 0) return { deleted: { saga_timeline: 0, sagas: 0 }, next, reached };
    return source.transaction(async (manager): Promise<Pruned> => {
      const needed = await stillNeeded(
        manager,
        over.map(({ subject }) => subject),
        before,
      );
      // Locked, so that no late reply adds to the timeline of a saga that is going. One held by somebody stays this time.
      const locked: { id: Buffer }[] = await manager.query(
        'SELECT id FROM sagas WHERE id IN (?) ORDER BY id FOR UPDATE SKIP LOCKED',
        [over.map(({ id }) => id).sort(byKey)],
      );
      const ids = locked.map(({ id }) => id);
      const kept = new Set(
        over.filter(({ subject }) => needed.has(subject.toString('hex'))).map(({ id }) => id.toString('hex')),
      );
      const going = ids.filter((id) => !kept.has(id.toString('hex')));
      return {
        deleted: {
          saga_timeline: await deleteByKeys(manager, 'saga_timeline', 'saga_id', ids),
          sagas: await deleteByKeys(manager, 'sagas', 'id', going),
        },
        next,
        reached,
      };
    });
  },
});

/** What is kept of the timeline of a saga that is not over: how it came to be stuck, and what was tried last. */
const keptFirst = 500;
const keptLast = 500;

/**
 * Bounds the timelines of sagas that wait for somebody: asked again every minute, a command leaves half a million rows in a
 * year. Needs no waiting: what is in the middle says the same again and again.
 */
export const timelineTrimming = (): Prunable => ({
  table: 'saga_timeline',
  keepSeconds: 0,
  batchSize: 200,
  prune: async (source, batch): Promise<Pruned> => {
    const { sagas, reached, next } = await nextOfStretch(source, ['needs-attention'], batch);
    let deleted = 0;
    for (const { id, revision } of sagas) {
      if (revision <= keptFirst + keptLast) continue;
      const { affectedRows }: { affectedRows: number } = await source.query(
        `DELETE FROM saga_timeline WHERE saga_id = ? AND revision > ? AND revision <= ?
          ORDER BY revision LIMIT 1000`,
        [id, keptFirst, revision - keptLast],
      );
      deleted += affectedRows;
    }
    return { deleted: { saga_timeline: deleted }, next, reached };
  },
});
