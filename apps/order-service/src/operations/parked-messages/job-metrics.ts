import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { gauge } from '#libs/observability';
import { InjectBackgroundSource } from '#libs/persistence/database';
import { jobKinds, type JobKind } from './jobs/operator-job.row.js';

/** Publishes how the jobs of operators get on, looked up at each scrape: running ones are found by an index, and few. */
@Injectable()
export class JobMetrics {
  constructor(@InjectBackgroundSource() private readonly source: DataSource) {
    gauge({
      name: 'orders_operator_jobs_running',
      help: 'Jobs of operators that are not finished, by kind.',
      labels: { kind: jobKinds },
      collect: async (gauge) => {
        const running = await this.running();
        for (const kind of jobKinds) gauge.set({ kind }, running.get(kind)?.count ?? 0);
      },
    });
    gauge({
      name: 'orders_operator_job_idle_seconds',
      help: 'Since a batch was done of the running job that has waited longest for one, by kind; 0: none is running.',
      labels: { kind: jobKinds },
      collect: async (gauge) => {
        const running = await this.running();
        for (const kind of jobKinds) gauge.set({ kind }, running.get(kind)?.idleSeconds ?? 0);
      },
    });
  }

  private async running(): Promise<ReadonlyMap<JobKind, { count: number; idleSeconds: number }>> {
    const rows = await this.source.query<{ kind: JobKind; count: string; idle: string }[]>(
      `SELECT kind, COUNT(*) AS count, TIMESTAMPDIFF(SECOND, MIN(updated_at), UTC_TIMESTAMP(6)) AS idle
         FROM operator_jobs WHERE state = 'running' GROUP BY kind`,
    );
    return new Map(
      rows.map(({ kind, count, idle }) => [
        kind,
        { count: Number(count), idleSeconds: Math.max(0, Number(idle)) },
      ]),
    );
  }
}
