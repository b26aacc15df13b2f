import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { StatsRefresher } from '#libs/observability/stats-refresher.js';
import { Housekeeper, type HousekeepingSettings } from './housekeeper.js';
import { showStandings } from './housekeeping-metrics.js';
import { backgroundSourceToken } from '../database/inject-database.js';
import type { Prunable } from './prunable.js';

export interface HousekeepingOptions extends HousekeepingSettings {
  /** Whether this process takes leases. */
  readonly runs: boolean;
  readonly prunables: readonly Prunable[];
}

/** Begins with the application, and ends before its database does. */
export class HousekeepingRuntime implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly housekeeper: Housekeeper) {}

  onApplicationBootstrap(): void {
    this.housekeeper.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.housekeeper.stop();
  }
}

/** Keeps the tables of the default database from growing without end. docs/data-retention.md says what goes when. */
@Module({})
export class HousekeepingModule {
  static forRoot({ runs, prunables, ...settings }: HousekeepingOptions): DynamicModule {
    const runtime = {
      provide: HousekeepingRuntime,
      inject: [backgroundSourceToken(), StatsRefresher],
      useFactory: (source: DataSource, stats: StatsRefresher) => {
        showStandings(stats, source, new Set(prunables.map(({ table }) => table)));
        return new HousekeepingRuntime(new Housekeeper(source, prunables, settings));
      },
    };
    return { module: HousekeepingModule, providers: runs ? [runtime] : [] };
  }
}
