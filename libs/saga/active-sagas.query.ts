import type { DataSource } from 'typeorm';

/** The sagas of one kind that wait at one step. */
export interface ActiveSagas {
  readonly saga: string;
  readonly step: string;
  readonly count: number;
  readonly needAttention: number;
  readonly oldestSeconds: number;
}

/** Looks at the sagas that are not over, and only at those: they are the ones with a deadline, which is indexed. */
export async function activeSagas(dataSource: DataSource): Promise<ActiveSagas[]> {
  const rows: Record<keyof ActiveSagas, string>[] = await dataSource.query(
    `SELECT saga, step, COUNT(*) AS count, SUM(status = 'needs-attention') AS needAttention,
            TIMESTAMPDIFF(MICROSECOND, MIN(started_at), UTC_TIMESTAMP(6)) / 1000000 AS oldestSeconds
       FROM sagas
      WHERE deadline_at IS NOT NULL
      GROUP BY saga, step`,
  );
  return rows.map(({ saga, step, count, needAttention, oldestSeconds }) => ({
    saga,
    step,
    count: Number(count),
    needAttention: Number(needAttention),
    oldestSeconds: Math.max(0, Number(oldestSeconds)),
  }));
}
