import { Module, type DynamicModule } from '@nestjs/common';
import { Cursors } from '#libs/http';
import { ProposalMetrics } from '../second-person/proposal-metrics.js';
import { ProposalListController } from './proposal-list.controller.js';
import { ProposalDetailsHandler, ProposalListHandler } from './proposal-list.handler.js';
import { ConfirmProposalHandler } from './confirm-proposal.handler.js';
import { RejectProposalHandler } from './reject-proposal.handler.js';
import { SettleProposalController } from './settle-proposal.controller.js';
import { ProposalRow } from '../second-person/proposal.row.js';

export interface ProposalsOptions {
  /** Serves operators. */
  readonly api: boolean;
  readonly cursors: Cursors;
}

/** What takes a second person: listed, confirmed, rejected, counted. */
@Module({})
export class ProposalsModule {
  static readonly rows = [ProposalRow];

  static forRoot({ api, cursors }: ProposalsOptions): DynamicModule {
    return {
      module: ProposalsModule,
      controllers: api ? [ProposalListController, SettleProposalController] : [],
      providers: [
        ...[ProposalListHandler, ProposalDetailsHandler, ConfirmProposalHandler, RejectProposalHandler],
        ProposalMetrics,
        { provide: Cursors, useValue: cursors },
      ],
    };
  }
}
