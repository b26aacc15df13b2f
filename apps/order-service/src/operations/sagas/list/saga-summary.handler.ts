import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { SagaStatus } from '#libs/saga/engine';
import { SagaSummary, type SagaSummaryAnswer } from './saga-summary.query.js';

interface Row {
  readonly saga: string;
  readonly version: number;
  readonly step: string;
  readonly status: SagaStatus;
  readonly cause: string | null;
  readonly count: string;
  readonly oldest: Date;
  readonly ageSeconds: string;
}

@QueryHandler(SagaSummary)
export class SagaSummaryHandler implements IQueryHandler<SagaSummary> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute(): Promise<SagaSummaryAnswer> {
    // Exactly the sagas that are not over have a deadline, which is indexed.
    const rows: Row[] = await this.source.query(
      `SELECT saga, version, step, status, cause, COUNT(*) AS count, MIN(started_at) AS oldest,
              TIMESTAMPDIFF(SECOND, MIN(started_at), UTC_TIMESTAMP(6)) AS ageSeconds
         FROM sagas
        WHERE deadline_at IS NOT NULL
        GROUP BY saga, version, step, status, cause
        ORDER BY oldest`,
    );
    const groups = rows.map(({ saga, version, step, status, cause, count, oldest, ageSeconds }) => ({
      saga,
      version,
      step,
      status,
      cause,
      count: Number(count),
      oldestStartedAt: oldest.toISOString(),
      oldestAgeSeconds: Math.max(0, Number(ageSeconds)),
    }));
    const total = (counted: typeof groups): number => counted.reduce((sum, { count }) => sum + count, 0);
    return {
      active: total(groups),
      needAttention: total(groups.filter(({ status }) => status === 'needs-attention')),
      groups,
    };
  }
}
