import { Module, type DynamicModule, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { EventLoopMonitor } from '../event-loop.js';
import { HealthController } from './health.controller.js';
import { HealthIndicators } from './health-indicators.js';
import { HEALTH_OPTIONS, type HealthOptions } from './health-options.js';

/** `/health/live`, `/health/ready` and `/health`; everybody who depends on something may inject HealthIndicators. */
@Module({})
export class HealthModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly indicators: HealthIndicators,
    private readonly eventLoop: EventLoopMonitor,
  ) {}

  static forRoot(options: HealthOptions): DynamicModule {
    return {
      module: HealthModule,
      global: true,
      controllers: [HealthController],
      providers: [
        { provide: HEALTH_OPTIONS, useValue: options },
        { provide: HealthIndicators, useFactory: () => new HealthIndicators() },
        EventLoopMonitor,
      ],
      exports: [HealthIndicators],
    };
  }

  onModuleInit(): void {
    this.eventLoop.start();
  }

  /** The first of Nest's steps at shutdown: balancers look elsewhere while requests are still served. */
  onModuleDestroy(): void {
    this.indicators.drain();
    this.eventLoop.stop();
  }
}
