import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { gauge, StatsRefresher } from '#libs/observability';
import { InjectBackgroundSource } from '#libs/persistence/database';
import { findingKinds, type FindingKind } from '../../domain/reconciliation.js';

/** Publishes what reconciliation found and nobody has dealt with, and how long ago it came to its end. */
@Injectable()
export class ReconciliationMetrics {
  constructor(
    @InjectBackgroundSource() private readonly source: DataSource,
    stats: StatsRefresher,
  ) {
    const findings = gauge({
      name: 'orders_reconciliation_findings',
      help: 'Findings of the reconciliation that are open, by kind.',
      labels: { kind: findingKinds },
    });
    const age = gauge({
      name: 'orders_reconciliation_last_success_age_seconds',
      help: 'Since a reconciliation finished, or since the first one began where none has yet; -1: none has begun.',
    });
    stats.keep({
      name: 'reconciliation',
      look: async () => ({ open: await this.open(), ageSeconds: await this.ageSeconds() }),
      show: ({ open, ageSeconds }) => {
        for (const kind of findingKinds) findings.set({ kind }, open.get(kind) ?? 0);
        age.set(ageSeconds);
      },
    });
  }

  private async open(): Promise<ReadonlyMap<FindingKind, number>> {
    const rows = await this.source.query<{ kind: FindingKind; count: string }[]>(
      `SELECT kind, COUNT(*) AS count FROM reconciliation_findings WHERE state = 'open' GROUP BY kind`,
    );
    return new Map(rows.map(({ kind, count }) => [kind, Number(count)]));
  }

  private async ageSeconds(): Promise<number> {
    const [row] = await this.source.query<{ age: string | null }[]>(
      `SELECT TIMESTAMPDIFF(SECOND, COALESCE(
                (SELECT MAX(ended_at) FROM reconciliation_runs WHERE state = 'finished'),
                (SELECT MIN(started_at) FROM reconciliation_runs)), UTC_TIMESTAMP(6)) AS age`,
    );
    return row?.age == null ? -1 : Number(row.age);
  }
}
