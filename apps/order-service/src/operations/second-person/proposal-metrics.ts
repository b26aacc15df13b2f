import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { gauge, StatsRefresher } from '#libs/observability';
import { InjectBackgroundSource } from '#libs/persistence/database';

/** Publishes what waits for a second person: found by an index, and few. */
@Injectable()
export class ProposalMetrics {
  constructor(@InjectBackgroundSource() source: DataSource, stats: StatsRefresher) {
    const open = gauge({
      name: 'orders_operator_proposals_open',
      help: 'Actions of operators that wait for a second person to confirm them.',
    });
    const oldestAge = gauge({
      name: 'orders_operator_proposal_oldest_age_seconds',
      help: 'How long the oldest of them has waited; 0: none waits. After 24 hours a proposal expires.',
    });
    stats.keep({
      name: 'proposals',
      look: () =>
        source.query<{ count: string; age: string | null }[]>(
          `SELECT COUNT(*) AS count, TIMESTAMPDIFF(SECOND, MIN(proposed_at), UTC_TIMESTAMP(6)) AS age
             FROM operator_proposals WHERE state = 'open' AND expires_at > UTC_TIMESTAMP(6)`,
        ),
      show: ([row]) => {
        open.set(Number(row?.count ?? 0));
        oldestAge.set(Math.max(0, Number(row?.age ?? 0)));
      },
    });
  }
}
