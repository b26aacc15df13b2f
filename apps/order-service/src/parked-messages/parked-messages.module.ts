import { Module, type DynamicModule } from '@nestjs/common';
import { Cursors } from '#libs/http/cursor.js';
import { ParkedMessageStore } from '../collect-parked-messages/parked-message-store.js';
import { JobMetrics } from '../metrics/job-metrics.js';
import { JobProgressController } from '../operator-job-progress/job-progress.controller.js';
import { JobProgressHandler } from '../operator-job-progress/job-progress.handler.js';
import { OperatorJobRow } from '../operator-jobs/operator-job.row.js';
import { ActOnManyController } from '../operator-parked-message-actions/act-on-many.controller.js';
import {
  ActOnManyHandler,
  PreviewManyHandler,
} from '../operator-parked-message-actions/act-on-many.handler.js';
import { ActOnParkedMessageController } from '../operator-parked-message-actions/act-on-parked-message.controller.js';
import { ActOnParkedMessageHandler } from '../operator-parked-message-actions/act-on-parked-message.handler.js';
import { MatchingMessagesReader } from '../operator-parked-message-actions/matching-messages.reader.js';
import { ParkedJobWorker } from '../operator-parked-message-actions/parked-job-worker.js';
import { ParkedMessageDetailsHandler } from '../operator-parked-messages/parked-message-details.handler.js';
import { ParkedMessageGroupsHandler } from '../operator-parked-messages/parked-message-groups.handler.js';
import { ParkedMessageListHandler } from '../operator-parked-messages/parked-message-list.handler.js';
import { ParkedMessagesController } from '../operator-parked-messages/parked-messages.controller.js';
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
