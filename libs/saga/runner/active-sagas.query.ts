import type { DataSource } from 'typeorm';

/** The sagas of one version of a definition that wait at one step. */
export interface ActiveSagas {
  readonly saga: string;
  readonly version: number;
  readonly step: string;
  readonly count: number;
  /** Of those, the ones that need attention because nobody answers. */
  readonly unanswered: number;
  /** Of those, the ones that need attention because they cannot go on. */
  readonly defect: number;
  readonly oldestSeconds: number;
}

/** Looks at the sagas that are not over, and only at those: they are the ones with a deadline, which is indexed. */
export async function activeSagas(dataSource: DataSource): Promise<ActiveSagas[]> {
  const rows: Record<keyof ActiveSagas, string>[] = await dataSource.query(
    `SELECT saga, version, step, COUNT(*) AS count,
            SUM(status = 'needs-attention' AND NOT (${isDefect})) AS unanswered,
            SUM(status = 'needs-attention' AND ${isDefect}) AS defect,
            TIMESTAMPDIFF(MICROSECOND, MIN(started_at), UTC_TIMESTAMP(6)) / 1000000 AS oldestSeconds
       FROM sagas
      WHERE deadline_at IS NOT NULL
      GROUP BY saga, version, step`,
  );
  return rows.map(({ saga, version, step, count, unanswered, defect, oldestSeconds }) => ({
    saga,
    version: Number(version),
    step,
    count: Number(count),
    unanswered: Number(unanswered),
    defect: Number(defect),
    oldestSeconds: Math.max(0, Number(oldestSeconds)),
  }));
}

/** False also where a release before this one wrote no cause: all it knew was silence. */
const isDefect = "COALESCE(JSON_UNQUOTE(JSON_EXTRACT(attention, '$.cause')), '') = 'defect'";
