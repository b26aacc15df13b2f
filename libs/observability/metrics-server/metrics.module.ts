import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { describeProcess } from '../metrics.js';
import { StatsRefresher } from '../stats-refresher.js';
import { MetricsServer } from './metrics-server.js';

export interface MetricsOptions {
  readonly service: string;
  readonly version: string;
  readonly host: string;
  readonly port: number;
  /** How often stats are looked up. */
  readonly refreshSeconds: number;
}

const METRICS_OPTIONS = Symbol('where metrics are served, and whose they are');

/** Serves this process's metrics for as long as the app runs, and keeps the stats among them up to date. */
@Module({})
export class MetricsModule
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    @Inject(METRICS_OPTIONS) private readonly options: MetricsOptions,
    private readonly server: MetricsServer,
    private readonly stats: StatsRefresher,
  ) {}

  static forRoot(options: MetricsOptions): DynamicModule {
    return {
      module: MetricsModule,
      global: true,
      providers: [
        { provide: METRICS_OPTIONS, useValue: options },
        { provide: StatsRefresher, useFactory: () => new StatsRefresher(options.refreshSeconds) },
        MetricsServer,
      ],
      exports: [StatsRefresher],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    describeProcess(this.options);
    await this.server.listen(this.options.port, this.options.host);
    this.stats.start();
  }

  /** While there is a database to ask. */
  beforeApplicationShutdown(): Promise<void> {
    return this.stats.stop();
  }

  /** Last of all: the shutdown itself is worth watching. */
  async onApplicationShutdown(): Promise<void> {
    await this.server.close();
  }
}
