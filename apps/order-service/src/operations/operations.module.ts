import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { Cursors } from '#libs/http';
import { Outbox } from '#libs/messaging/outbox';
import { UNIT_OF_WORK_RUNNER, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { ViewRepair } from '../queries/order-view/view-repair.js';
import { OperatorActionRow } from './audit/operator-action.row.js';
import { OperatorMetrics } from './audit/operator-metrics.js';
import { OperatorTrailController } from './audit/operator-trail.controller.js';
import { OperatorTrailHandler } from './audit/operator-trail.handler.js';
import { prunablesOf } from './housekeeping.js';
import { ActOnManyController } from './parked-messages/act/act-on-many.controller.js';
import { ActOnManyHandler, PreviewManyHandler } from './parked-messages/act/act-on-many.handler.js';
import { ActOnParkedMessageController } from './parked-messages/act/act-on-parked-message.controller.js';
import { ActOnParkedMessageHandler } from './parked-messages/act/act-on-parked-message.handler.js';
import { MatchingMessagesReader } from './parked-messages/act/matching-messages.reader.js';
import { ParkedJobWorker } from './parked-messages/act/parked-job-worker.js';
import { ParkedMessageStore } from './parked-messages/collect/parked-message-store.js';
import { JobMetrics } from './parked-messages/job-metrics.js';
import { JobProgressController } from './parked-messages/jobs/job-progress.controller.js';
import { JobProgressHandler } from './parked-messages/jobs/job-progress.handler.js';
import { OperatorJobRow } from './parked-messages/jobs/operator-job.row.js';
import { ParkedMessageDetailsHandler } from './parked-messages/list/parked-message-details.handler.js';
import { ParkedMessageGroupsHandler } from './parked-messages/list/parked-message-groups.handler.js';
import { ParkedMessageListHandler } from './parked-messages/list/parked-message-list.handler.js';
import { ParkedMessagesController } from './parked-messages/list/parked-messages.controller.js';
import { ParkedBodyRow } from './parked-messages/parked-body.row.js';
import { ParkedMessageRow } from './parked-messages/parked-message.row.js';
import { ConfirmProposalHandler } from './proposals/confirm-proposal.handler.js';
import { ProposalListController } from './proposals/proposal-list.controller.js';
import { ProposalDetailsHandler, ProposalListHandler } from './proposals/proposal-list.handler.js';
import { RejectProposalHandler } from './proposals/reject-proposal.handler.js';
import { SettleProposalController } from './proposals/settle-proposal.controller.js';
import { ReconciliationFindingRow } from './reconciliation/reconciliation-finding.row.js';
import { ReconciliationItemRow } from './reconciliation/reconciliation-item.row.js';
import { ReconciliationMetrics } from './reconciliation/reconciliation-metrics.js';
import { ReconciliationRunRow } from './reconciliation/reconciliation-run.row.js';
import { ReconciliationScheduleRow } from './reconciliation/reconciliation-schedule.row.js';
import { ReconciliationFindingsHandler } from './reconciliation/report/reconciliation-findings.handler.js';
import { ReconciliationReportController } from './reconciliation/report/reconciliation-report.controller.js';
import { ReconciliationRunHandler } from './reconciliation/report/reconciliation-run.handler.js';
import { ReconciliationRunsHandler } from './reconciliation/report/reconciliation-runs.handler.js';
import { DealWithFindingHandler } from './reconciliation/run/deal-with-finding.handler.js';
import { ListedItems } from './reconciliation/run/listed-items.js';
import { ReconciliationBatches } from './reconciliation/run/reconciliation-batches.reader.js';
import { ReconciliationPagesConsumer } from './reconciliation/run/reconciliation-pages.consumer.js';
import {
  ReconciliationWorker,
  type ReconciliationSettings,
} from './reconciliation/run/reconciliation-worker.js';
import { ReconciliationController } from './reconciliation/run/reconciliation.controller.js';
import { StartReconciliationHandler } from './reconciliation/run/start-reconciliation.handler.js';
import { ActOnSagaController } from './sagas/act/act-on-saga.controller.js';
import { ActOnSagaHandler } from './sagas/act/act-on-saga.handler.js';
import { PossibleActions } from './sagas/act/possible-actions.js';
import { OperatorSagasController } from './sagas/list/operator-sagas.controller.js';
import { SagaDetailsHandler } from './sagas/list/saga-details.handler.js';
import { SagaListHandler } from './sagas/list/saga-list.handler.js';
import { SagaSearch } from './sagas/list/saga-search.reader.js';
import { SagaSummaryHandler } from './sagas/list/saga-summary.handler.js';
import { ProposalMetrics } from './second-person/proposal-metrics.js';
import { ProposalRow } from './second-person/proposal.row.js';

export interface OperationsOptions {
  /** Serves operators. */
  readonly api: boolean;
  /** Does what they ask for that takes long, and compares orders with what participants list. */
  readonly jobs: boolean;
  /** Brings messages out of their parking lots. */
  readonly collects: boolean;
  readonly reconciliation: ReconciliationSettings;
  readonly cursors: Cursors;
  /** That which starts sagas; imported here, too. */
  readonly sagas: DynamicModule;
  /** That which compares views with orders; imported here, too. */
  readonly views: DynamicModule;
}

/** What operators see and do, and what is done for them in the background. */
@Module({})
export class OperationsModule {
  static readonly prunablesOf = prunablesOf;
  static readonly rows = [
    OperatorActionRow,
    ProposalRow,
    ParkedMessageRow,
    ParkedBodyRow,
    OperatorJobRow,
    ReconciliationRunRow,
    ReconciliationScheduleRow,
    ReconciliationItemRow,
    ReconciliationFindingRow,
  ];

  static forRoot(options: OperationsOptions): DynamicModule {
    const { api, jobs, collects, cursors, sagas, views } = options;
    return {
      module: OperationsModule,
      imports: [sagas, views],
      controllers: [
        ...(api ? rooms.flatMap(({ controllers }) => controllers) : []),
        ...(jobs ? [ReconciliationPagesConsumer] : []),
      ],
      providers: [
        ...rooms.flatMap(({ handlers }) => handlers),
        OperatorMetrics,
        ...(jobs ? [ParkedJobWorker, reconciliationWorker(options.reconciliation), ...operatorStats] : []),
        ...(collects ? [ParkedMessageStore] : []),
        { provide: Cursors, useValue: cursors },
      ],
    };
  }
}

/** What all processes with jobs see alike: they look it up, and show it. */
const operatorStats = [JobMetrics, ProposalMetrics, ReconciliationMetrics];

const sagas = {
  controllers: [OperatorSagasController, ActOnSagaController],
  handlers: [
    SagaListHandler,
    SagaSummaryHandler,
    SagaDetailsHandler,
    SagaSearch,
    PossibleActions,
    ActOnSagaHandler,
  ],
};

const parkedMessages = {
  controllers: [
    ParkedMessagesController,
    ActOnManyController,
    ActOnParkedMessageController,
    JobProgressController,
  ],
  handlers: [
    ParkedMessageListHandler,
    ParkedMessageGroupsHandler,
    ParkedMessageDetailsHandler,
    ActOnParkedMessageHandler,
    PreviewManyHandler,
    ActOnManyHandler,
    JobProgressHandler,
    MatchingMessagesReader,
  ],
};

const reconciliation = {
  controllers: [ReconciliationController, ReconciliationReportController],
  handlers: [
    StartReconciliationHandler,
    DealWithFindingHandler,
    ReconciliationRunsHandler,
    ReconciliationRunHandler,
    ReconciliationFindingsHandler,
    ReconciliationBatches,
    ListedItems,
  ],
};

const proposals = {
  controllers: [ProposalListController, SettleProposalController],
  handlers: [ProposalListHandler, ProposalDetailsHandler, ConfirmProposalHandler, RejectProposalHandler],
};

const audit = { controllers: [OperatorTrailController], handlers: [OperatorTrailHandler] };

interface Room {
  readonly controllers: readonly Type[];
  readonly handlers: readonly Type[];
}

const rooms: readonly Room[] = [sagas, parkedMessages, reconciliation, proposals, audit];

const reconciliationWorker = (settings: ReconciliationSettings) => ({
  provide: ReconciliationWorker,
  inject: [UNIT_OF_WORK_RUNNER, Outbox, ReconciliationBatches, ListedItems, ViewRepair],
  useFactory: (
    units: UnitOfWorkRunner,
    outbox: Outbox,
    batches: ReconciliationBatches,
    items: ListedItems,
    views: ViewRepair,
  ) => new ReconciliationWorker(units, outbox, batches, items, views, settings),
});
