import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { gauge, StatsRefresher } from '#libs/observability';
import { standings } from '#libs/persistence/housekeeping';
import { InjectBackgroundSource } from '#libs/persistence/database';
import { sweepPasses, leaseOf } from './view-sweep.js';

/** Publishes how the sweep of views gets on: the same from every process. */
@Injectable()
export class ViewSweepMetrics {
  constructor(@InjectBackgroundSource() source: DataSource, stats: StatsRefresher) {
    const age = gauge({
      name: 'orders_view_sweep_last_success_age_seconds',
      help: 'Since a pass through orders, to compare views with them, was last through; since the first began, if none was yet.',
      labels: { pass: sweepPasses },
    });
    stats.keep({
      name: 'view-sweep',
      look: () => standings(source),
      show: (known) => {
        for (const pass of sweepPasses) {
          const standing = known.find(({ table }) => table === leaseOf(pass));
          age.set({ pass }, standing?.succeededSecondsAgo ?? 0);
        }
      },
    });
  }
}
