import { Module, type DynamicModule } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { newId } from '#libs/kernel/ids.js';
import { Sweeper, PruneLeases } from '#libs/persistence/housekeeping';
import { backgroundSourceToken } from '#libs/persistence/database';
import { type UnitOfWorkRunner, unitOfWorkRunnerToken } from '#libs/persistence/unit-of-work';
import { OrderViewReader } from './order-view.reader.js';
import { ViewRepair } from './view-repair.js';
import { ViewSweepMetrics } from './view-sweep-metrics.js';
import { viewSweeps, type ViewSweepSettings } from './view-sweep.js';
import { WrittenOrders } from './written-orders.js';

export interface ViewSweepOptions extends ViewSweepSettings {
  /** Whether this process sweeps, or only compares when it is asked to. */
  readonly runs: boolean;
}

/** Keeps views in step with their orders when events do not. */
@Module({})
export class ViewSweepModule {
  static forRoot({ runs, ...settings }: ViewSweepOptions): DynamicModule {
    const repair = {
      provide: ViewRepair,
      inject: [WrittenOrders, backgroundSourceToken('read'), unitOfWorkRunnerToken('read')],
      useFactory: (orders: WrittenOrders, source: DataSource, units: UnitOfWorkRunner) =>
        new ViewRepair(orders, new OrderViewReader(source), units),
    };
    const sweep = {
      provide: Sweeper,
      inject: [backgroundSourceToken(), WrittenOrders, ViewRepair],
      useFactory: (source: DataSource, orders: WrittenOrders, repairing: ViewRepair) =>
        new Sweeper(new PruneLeases(source, newId()), viewSweeps(orders, repairing, settings)),
    };
    return {
      module: ViewSweepModule,
      providers: [WrittenOrders, repair, ...(runs ? [sweep, ViewSweepMetrics] : [])],
      exports: [ViewRepair],
    };
  }
}
