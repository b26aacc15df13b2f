import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Defect } from '#libs/kernel/errors.js';
import type { Answer } from '../../commands/idempotency/idempotent.js';
import { ActOnParkedMessage } from '../parked-messages/act/act-on-parked-message.command.js';
import { DealWithFinding } from '../reconciliation/run/reconcile.command.js';
import { ActOnSaga } from '../sagas/act/act-on-saga.command.js';
import { isProposed, type Confirms, type Proposed, type Told } from '../second-person/proposable.js';
import { ProposalNotFound } from '../second-person/proposal.errors.js';
import { ProposalRow } from '../second-person/proposal.row.js';
import { ConfirmProposal } from './settle-proposal.command.js';
import type { ProposalAnswer } from './settle-proposal.dto.js';

/** Has the slice that an action belongs to do it, in one transaction with the proposal's end. */
@CommandHandler(ConfirmProposal)
export class ConfirmProposalHandler implements ICommandHandler<ConfirmProposal> {
  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly commands: CommandBus,
  ) {}

  async execute(command: ConfirmProposal): Promise<Answer<ProposalAnswer>> {
    const { id, request } = command;
    // What is proposed, and by whom, never changes; whether it still holds is decided under lock.
    const row = await this.source.getRepository(ProposalRow).findOneBy({ id });
    if (!row) throw new ProposalNotFound(id);
    const { response, replayed } = await this.done(row, command);
    if (isProposed(response)) throw new Defect(`confirming ${id} made a proposal of it`);
    return { response: { id, preview: request.preview, text: response.text }, replayed };
  }

  private done({ action, target, proposedBy }: ProposalRow, command: ConfirmProposal): Promise<Done> {
    const { caller, id, request, idempotency } = command;
    const { reason, preview } = request;
    const confirms: Confirms = { id, proposedBy };
    const targetId = target.slice(target.indexOf(':') + 1);
    const options = { preview, idempotency, confirms };
    switch (action) {
      case 'parked.redrive':
        return this.commands.execute(
          new ActOnParkedMessage(caller, targetId, { action: 'redrive' }, reason, options),
        );
      case 'parked.discard':
        return this.commands.execute(
          new ActOnParkedMessage(caller, targetId, { action: 'discard' }, reason, options),
        );
      case 'saga.resolve':
        return this.commands.execute(
          new ActOnSaga(caller, targetId, 'resolve', reason, { ...options, ifMatch: undefined }),
        );
      case 'reconciliation.fix':
        return this.commands.execute(
          new DealWithFinding(caller, targetId, 'fix', request, idempotency, confirms),
        );
      case 'reconciliation.ignore':
        return this.commands.execute(
          new DealWithFinding(caller, targetId, 'ignore', request, idempotency, confirms),
        );
      default:
        throw new Defect(`${action} is never proposed`);
    }
  }
}

type Done = Answer<Told | Proposed>;
