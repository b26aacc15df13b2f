import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { idempotent, type Answer } from '../../commands/idempotency/idempotent.js';
import { audited } from '../audit/audited.js';
import { ProposalNotFound } from '../second-person/proposal.errors.js';
import { ProposalRow } from '../second-person/proposal.row.js';
import { rejectProposal } from './reject-proposal.unit.js';
import { RejectProposal } from './settle-proposal.command.js';
import type { ProposalAnswer } from './settle-proposal.dto.js';

@CommandHandler(RejectProposal)
export class RejectProposalHandler implements ICommandHandler<RejectProposal> {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    @InjectDataSource() private readonly source: DataSource,
  ) {}

  async execute({ caller, id, reason, idempotency }: RejectProposal): Promise<Answer<ProposalAnswer>> {
    const row = await this.source.getRepository(ProposalRow).findOneBy({ id });
    if (!row) throw new ProposalNotFound(id);
    const { action, target, proposedBy } = row;
    const unit = audited(
      { caller, action: 'proposal.reject', target, reason },
      rejectProposal(id, caller.subject),
      () => `${action}: not done; proposed by ${proposedBy}`,
    );
    return this.units.run(idempotent(idempotency, unit));
  }
}
