import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { gauge } from '#libs/observability';
import { InjectBackgroundSource } from '#libs/persistence/database';
import { findingKinds, type FindingKind } from '../../domain/reconciliation.js';

/** Publishes what reconciliation found and nobody has dealt with, looked up at each scrape. */
@Injectable()
export class ReconciliationMetrics {
  constructor(@InjectBackgroundSource() source: DataSource) {
    gauge({
      name: 'orders_reconciliation_findings',
      help: 'Findings of the reconciliation that are open, by kind.',
      labels: { kind: findingKinds },
      collect: async (gauge) => {
        const rows = await source.query<{ kind: FindingKind; count: string }[]>(
          `SELECT kind, COUNT(*) AS count FROM reconciliation_findings WHERE state = 'open' GROUP BY kind`,
        );
        // Emptied first: a kind of which none is open any more has to go back to 0.
        for (const kind of findingKinds) gauge.set({ kind }, 0);
        for (const { kind, count } of rows) gauge.set({ kind }, Number(count));
      },
    });
    gauge({
      name: 'orders_reconciliation_last_success_age_seconds',
      help: 'Since a reconciliation finished, or since the first one began where none has yet; -1: none has begun.',
      collect: async (gauge) => {
        const [row] = await source.query<{ age: string | null }[]>(
          `SELECT TIMESTAMPDIFF(SECOND, COALESCE(
                    (SELECT MAX(ended_at) FROM reconciliation_runs WHERE state = 'finished'),
                    (SELECT MIN(started_at) FROM reconciliation_runs)), UTC_TIMESTAMP(6)) AS age`,
        );
        gauge.set(row?.age == null ? -1 : Number(row.age));
      },
    });
  }
}
