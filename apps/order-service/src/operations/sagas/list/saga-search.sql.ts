import { idToBytes } from '#libs/kernel/ids.js';
import { type SagaStatus, sagaStatuses } from '#libs/saga/engine';
import type { SagaFilter, SagaKey, SagaOrder } from './saga-list.query.js';

/** All sagas of one definition in one status: a stretch of the index `sagas_lists`, sorted by age. */
export interface SagaGroup {
  readonly saga: string;
  readonly version: number;
  readonly status: SagaStatus;
}

/** A few dozen at most; the server jumps through the index from one to the next. */
export const groupsSql = 'SELECT DISTINCT saga, version, status FROM sagas';

/** A stretch of an index in which the sagas that are looked for are sorted by age. */
interface Place {
  readonly index: 'sagas_lists' | 'sagas_cause' | 'sagas_subject';
  readonly where: Conditions;
}

type Conditions = readonly (readonly [sql: string, ...parameters: unknown[]])[];

const finished: ReadonlySet<SagaStatus> = new Set(['completed', 'rolled-back']);
const withoutCause: ReadonlySet<SagaStatus> = new Set(['running', 'completed']);

/** Statuses that can have what is looked for; a place that cannot is not worth going through. */
const statusesFor = ({ status, step, cause }: SagaFilter): readonly SagaStatus[] =>
  (status ?? sagaStatuses)
    .filter((one) => step === undefined || !finished.has(one))
    .filter((one) => cause === undefined || !withoutCause.has(one));

/**
 * Where to look, so that the first few of each place are enough: each is read in order, and no further than asked for.
 * @param groups where `known` is asked for: those that are, or are not.
 */
export function placesToLook(filter: SagaFilter, groups: readonly SagaGroup[]): Place[] {
  const statuses = statusesFor(filter);
  const { subject, cause, known } = filter;
  if (known !== undefined && groups.length === 0) return [];
  const versions: Conditions =
    known === undefined
      ? []
      : [['(saga, version) IN (?)', groups.map(({ saga, version }) => [saga, version])]];
  if (subject !== undefined) {
    // The sagas of one order are a handful.
    return [
      {
        index: 'sagas_subject',
        where: [['subject = ?', idToBytes(subject)], ['status IN (?)', statuses], ...versions],
      },
    ];
  }
  if (cause !== undefined) {
    return statuses.map((status) => ({
      index: 'sagas_cause',
      where: [['cause = ?', cause], ['status = ?', status], ...versions],
    }));
  }
  return groups
    .filter(({ saga }) => filter.saga === undefined || filter.saga === saga)
    .filter(({ version }) => filter.version === undefined || filter.version === version)
    .filter(({ status }) => statuses.includes(status))
    .map(({ saga, version, status }) => ({
      index: 'sagas_lists',
      where: [
        ['saga = ?', saga],
        ['version = ?', version],
        ['status = ?', status],
      ],
    }));
}

/** The first `limit` of every place, merged. Needs at least one place. */
export function searchSql(
  places: readonly Place[],
  filter: SagaFilter,
  order: SagaOrder,
  limit: number,
  after: SagaKey | null,
): [sql: string, parameters: unknown[]] {
  const direction = order === 'oldest' ? 'ASC' : 'DESC';
  const sorted = `ORDER BY started_at ${direction}, id ${direction} LIMIT ${limit}`;
  const common = [...wherever(filter), ...(after ? [beyond(after, order)] : [])];
  const parameters: unknown[] = [];
  const selects = places.map(({ index, where }) => {
    const conditions: Conditions = [...where, ...common];
    parameters.push(...conditions.flatMap(([, ...values]) => values));
    const text = conditions.map(([condition]) => condition).join(' AND ');
    // Forced: with few rows any other way looks as good, and with many it is not.
    return `(SELECT id, started_at FROM sagas FORCE INDEX (${index}) WHERE ${text} ${sorted})`;
  });
  return [`${selects.join('\nUNION ALL\n')}\n${sorted}`, parameters];
}

function wherever({ saga, version, step, cause, olderThanSeconds }: SagaFilter): Conditions {
  const conditions: (Conditions[number] | false)[] = [
    saga !== undefined && ['saga = ?', saga],
    version !== undefined && ['version = ?', version],
    step !== undefined && ['step = ?', step],
    cause !== undefined && ['cause = ?', cause],
    olderThanSeconds !== undefined && [
      'started_at <= TIMESTAMPADD(SECOND, -?, UTC_TIMESTAMP(6))',
      olderThanSeconds,
    ],
  ];
  return conditions.filter((condition) => condition !== false);
}

/** Written out because MySQL does not use an index range for (a, b) < (x, y). */
function beyond({ startedAt, id }: SagaKey, order: SagaOrder): Conditions[number] {
  const sign = order === 'oldest' ? '>' : '<';
  const at = new Date(startedAt);
  return [`started_at ${sign}= ? AND (started_at ${sign} ? OR id ${sign} ?)`, at, at, idToBytes(id)];
}
