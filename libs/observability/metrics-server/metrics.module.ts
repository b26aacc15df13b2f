import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { describeProcess } from '../metrics.js';
import { MetricsServer } from './metrics-server.js';

export interface MetricsOptions {
  readonly service: string;
  readonly version: string;
  readonly port: number;
}

const METRICS_OPTIONS = Symbol('where metrics are served, and whose they are');

/** Serves this process's metrics for as long as the app runs. */
@Module({})
export class MetricsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(METRICS_OPTIONS) private readonly options: MetricsOptions,
    private readonly server: MetricsServer,
  ) {}

  static forRoot(options: MetricsOptions): DynamicModule {
    const providers = [{ provide: METRICS_OPTIONS, useValue: options }, MetricsServer];
    return { module: MetricsModule, providers };
  }

  async onApplicationBootstrap(): Promise<void> {
    describeProcess(this.options);
    await this.server.listen(this.options.port);
  }

  /** Last of all: the shutdown itself is worth watching. */
  async onApplicationShutdown(): Promise<void> {
    await this.server.close();
  }
}
