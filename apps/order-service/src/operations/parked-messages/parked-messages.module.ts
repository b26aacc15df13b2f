import { Module, type DynamicModule } from '@nestjs/common';
import { Cursors } from '#libs/http';
import { ParkedMessageStore } from './collect/parked-message-store.js';
import { JobMetrics } from './job-metrics.js';
import { JobProgressController } from './jobs/job-progress.controller.js';
import { JobProgressHandler } from './jobs/job-progress.handler.js';
import { OperatorJobRow } from './jobs/operator-job.row.js';
import { ActOnManyController } from './act/act-on-many.controller.js';
import { ActOnManyHandler, PreviewManyHandler } from './act/act-on-many.handler.js';
import { ActOnParkedMessageController } from './act/act-on-parked-message.controller.js';
import { ActOnParkedMessageHandler } from './act/act-on-parked-message.handler.js';
import { MatchingMessagesReader } from './act/matching-messages.reader.js';
import { ParkedJobWorker } from './act/parked-job-worker.js';
import { ParkedMessageDetailsHandler } from './list/parked-message-details.handler.js';
import { ParkedMessageGroupsHandler } from './list/parked-message-groups.handler.js';
import { ParkedMessageListHandler } from './list/parked-message-list.handler.js';
import { ParkedMessagesController } from './list/parked-messages.controller.js';
import { ParkedBodyRow } from './parked-body.row.js';
import { ParkedMessageRow } from './parked-message.row.js';

export interface ParkedMessagesOptions {
  /** Serves operators. */
  readonly api: boolean;
  /** Does what they asked for that takes long. */
  readonly worker: boolean;
  /** Brings messages out of their parking lots. */
  readonly collects: boolean;
  readonly cursors: Cursors;
}

/** Parked messages: collected, shown, redriven, edited, discarded, and deleted in the end. */
@Module({})
export class ParkedMessagesModule {
  static readonly rows = [ParkedMessageRow, ParkedBodyRow, OperatorJobRow];

  static forRoot({ api, worker, collects, cursors }: ParkedMessagesOptions): DynamicModule {
    return {
      module: ParkedMessagesModule,
      controllers: api ? controllers : [],
      providers: [
        ...handlers,
        ...(worker ? [ParkedJobWorker, JobMetrics] : []),
        ...(collects ? [ParkedMessageStore] : []),
        { provide: Cursors, useValue: cursors },
      ],
    };
  }
}

const controllers = [
  ParkedMessagesController,
  ActOnManyController,
  ActOnParkedMessageController,
  JobProgressController,
];

const handlers = [
  ParkedMessageListHandler,
  ParkedMessageGroupsHandler,
  ParkedMessageDetailsHandler,
  ActOnParkedMessageHandler,
  PreviewManyHandler,
  ActOnManyHandler,
  JobProgressHandler,
  MatchingMessagesReader,
];
