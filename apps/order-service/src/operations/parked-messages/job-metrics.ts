import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { gauge, StatsRefresher } from '#libs/observability';
import { InjectBackgroundSource } from '#libs/persistence/database';
import { jobKinds, type JobKind } from './jobs/operator-job.row.js';

/** Publishes how the jobs of operators get on: running ones are found by an index, and few. */
@Injectable()
export class JobMetrics {
  constructor(@InjectBackgroundSource() source: DataSource, stats: StatsRefresher) {
    const running = gauge({
      name: 'orders_operator_jobs_running',
      help: 'Jobs of operators that are not finished, by kind.',
      labels: { kind: jobKinds },
    });
    const idle = gauge({
      name: 'orders_operator_job_idle_seconds',
      help: 'Since a batch was done of the running job that has waited longest for one, by kind; 0: none is running.',
      labels: { kind: jobKinds },
    });
    stats.keep({
      name: 'jobs',
      look: () =>
        source.query<{ kind: JobKind; count: string; idle: string }[]>(
          `SELECT kind, COUNT(*) AS count, TIMESTAMPDIFF(SECOND, MIN(updated_at), UTC_TIMESTAMP(6)) AS idle
             FROM operator_jobs WHERE state = 'running' GROUP BY kind`,
        ),
      show: (rows) => {
        for (const kind of jobKinds) {
          const row = rows.find((each) => each.kind === kind);
          running.set({ kind }, Number(row?.count ?? 0));
          idle.set({ kind }, Math.max(0, Number(row?.idle ?? 0)));
        }
      },
    });
  }
}
