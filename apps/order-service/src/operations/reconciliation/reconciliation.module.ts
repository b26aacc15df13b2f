import { Module, type DynamicModule } from '@nestjs/common';
import { Cursors } from '#libs/http';
import { Outbox } from '#libs/messaging/outbox';
import { UNIT_OF_WORK_RUNNER, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { ReconciliationMetrics } from './reconciliation-metrics.js';
import { DealWithFindingHandler } from './run/deal-with-finding.handler.js';
import { ReconciliationBatches } from './run/reconciliation-batches.reader.js';
import { ReconciliationPagesConsumer } from './run/reconciliation-pages.consumer.js';
import { ReconciliationWorker, type ReconciliationSettings } from './run/reconciliation-worker.js';
import { ReconciliationController } from './run/reconciliation.controller.js';
import { StartReconciliationHandler } from './run/start-reconciliation.handler.js';
import { ReconciliationFindingsHandler } from './report/reconciliation-findings.handler.js';
import { ReconciliationReportController } from './report/reconciliation-report.controller.js';
import { ReconciliationRunHandler } from './report/reconciliation-run.handler.js';
import { ReconciliationRunsHandler } from './report/reconciliation-runs.handler.js';
import { ReconciliationFindingRow } from './reconciliation-finding.row.js';
import { ReconciliationItemRow } from './reconciliation-item.row.js';
import { ReconciliationRunRow } from './reconciliation-run.row.js';
import { ReconciliationScheduleRow } from './reconciliation-schedule.row.js';

export interface ReconciliationOptions extends ReconciliationSettings {
  /** Serves operators. */
  readonly api: boolean;
  /** Takes in what participants list, and compares. */
  readonly worker: boolean;
  readonly cursors: Cursors;
  /** That which starts sagas; imported here, too. */
  readonly sagas: DynamicModule;
  /** That which compares views with orders; imported here, too. */
  readonly views: DynamicModule;
}

/** Orders against payments against reservations: asked for, compared, shown, fixed. */
@Module({})
export class ReconciliationModule {
  static readonly rows = [
    ReconciliationRunRow,
    ReconciliationScheduleRow,
    ReconciliationItemRow,
    ReconciliationFindingRow,
  ];

  static forRoot(options: ReconciliationOptions): DynamicModule {
    const { api, worker, cursors, sagas, views } = options;
    return {
      module: ReconciliationModule,
      imports: [sagas, views],
      controllers: [
        ...(api ? [ReconciliationController, ReconciliationReportController] : []),
        ...(worker ? [ReconciliationPagesConsumer] : []),
      ],
      providers: [
        StartReconciliationHandler,
        DealWithFindingHandler,
        ReconciliationRunsHandler,
        ReconciliationRunHandler,
        ReconciliationFindingsHandler,
        ReconciliationBatches,
        ReconciliationMetrics,
        ...(worker ? [workerWith(options)] : []),
        { provide: Cursors, useValue: cursors },
      ],
    };
  }
}

const workerWith = (settings: ReconciliationSettings) => ({
  provide: ReconciliationWorker,
  inject: [UNIT_OF_WORK_RUNNER, Outbox, ReconciliationBatches],
  useFactory: (units: UnitOfWorkRunner, outbox: Outbox, batches: ReconciliationBatches) =>
    new ReconciliationWorker(units, outbox, batches, settings),
});
