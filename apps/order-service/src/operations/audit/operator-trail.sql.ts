import { idToBytes } from '#libs/kernel/ids.js';
import type { TrailFilter, TrailKey } from './operator-trail.query.js';

/** The index that narrows most; in each of them actions are in order of time. */
const indexFor = ({ target, actor, action }: TrailFilter): string => {
  if (target !== undefined) return 'operator_actions_target';
  if (actor !== undefined) return 'operator_actions_actor';
  return action === undefined ? 'operator_actions_at' : 'operator_actions_action';
};

/** Ids of the newest `limit` actions that fit. */
export function trailSql(
  filter: TrailFilter,
  limit: number,
  after: TrailKey | null,
): [sql: string, parameters: unknown[]] {
  const conditions: [string, ...unknown[]][] = [];
  for (const name of ['actor', 'action', 'target'] as const) {
    if (filter[name] !== undefined) conditions.push([`${name} = ?`, filter[name]]);
  }
  if (filter.from !== undefined) conditions.push(['at >= ?', new Date(filter.from)]);
  if (filter.to !== undefined) conditions.push(['at < ?', new Date(filter.to)]);
  if (after) {
    // Written out because MySQL does not use an index range for (a, b) < (x, y).
    const at = new Date(after.at);
    conditions.push(['at <= ? AND (at < ? OR id < ?)', at, at, idToBytes(after.id)]);
  }
  const where = conditions.map(([condition]) => condition).join(' AND ') || 'TRUE';
  return [
    // Forced: both engines would rather sort all there is than read a few rows in order.
    `SELECT id FROM operator_actions FORCE INDEX (${indexFor(filter)})
      WHERE ${where} ORDER BY at DESC, id DESC LIMIT ${limit}`,
    conditions.flatMap(([, ...values]) => values),
  ];
}
