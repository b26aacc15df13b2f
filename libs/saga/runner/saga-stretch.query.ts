import type { DataSource } from 'typeorm';
import type { Batch, Position } from '#libs/persistence/housekeeping/prunable.js';
import type { SagaStatus } from '../engine/instance.js';

/** What pruning sees of a saga. */
export interface StretchSaga {
  readonly id: Buffer;
  readonly subject: Buffer;
  readonly revision: number;
  readonly finishedAt: Date | null;
}

export interface Stretch {
  readonly sagas: readonly StretchSaga[];
  /** The time of the last of them. */
  readonly reached: Date | null;
  readonly next: Position | null;
}

interface Row extends StretchSaga {
  /** Text: a Date has milliseconds, and the place behind this row has to be exact. */
  readonly startedAt: string;
}

interface Group {
  readonly saga: string;
  readonly version: number;
  readonly status: SagaStatus;
}

/**
 * The next sagas in these statuses that began before a time: each definition, version and status is a stretch of the index
 * `sagas_lists`, sorted by age, which lists need anyway. Oldest first within each; ids would not tell, for not all
 * of them are made by time. Not locked.
 */
export async function nextOfStretch(
  source: DataSource,
  statuses: readonly SagaStatus[],
  { before, after, limit }: Batch,
): Promise<Stretch> {
  const groups = await groupsOf(source, statuses);
  const at = after ? groups.findIndex((group) => nameOf(group) >= (after['group'] ?? '')) : 0;
  const group = groups[at];
  if (!group) return { sagas: [], reached: null, next: null };
  const behind = after?.['startedAt'] !== undefined && nameOf(group) === after['group'] ? after : null;
  const rows: Row[] = await source.query(
    `SELECT id, subject, revision, finished_at AS finishedAt, CAST(started_at AS CHAR) AS startedAt
       FROM sagas FORCE INDEX (sagas_lists)
      WHERE saga = ? AND version = ? AND status = ? AND started_at < ?
        ${behind ? 'AND started_at >= ? AND (started_at > ? OR id > ?)' : ''}
      ORDER BY started_at, id LIMIT ?`,
    [
      group.saga,
      group.version,
      group.status,
      before,
      ...(behind ? [behind['startedAt'], behind['startedAt'], Buffer.from(behind['id'] ?? '', 'hex')] : []),
      limit,
    ],
  );
  const last = rows.at(-1);
  const reached = last ? new Date(`${last.startedAt.replace(' ', 'T')}Z`) : null;
  return { sagas: rows, reached, next: nextPosition(groups, at, rows.length === limit ? last : undefined) };
}

function nextPosition(groups: readonly Group[], at: number, last: Row | undefined): Position | null {
  const group = groups[last ? at : at + 1];
  if (!group) return null;
  const name = { group: nameOf(group) };
  return last ? { ...name, startedAt: last.startedAt, id: last.id.toString('hex') } : name;
}

/** A few at most; the server jumps through the index from one to the next. */
async function groupsOf(source: DataSource, statuses: readonly SagaStatus[]): Promise<Group[]> {
  const groups: Group[] = await source.query('SELECT DISTINCT saga, version, status FROM sagas');
  return groups
    .filter(({ status }) => statuses.includes(status))
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ saga, version, status }: Group): string => `${saga} ${version} ${status}`;
