import { applyDecorators, Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '#libs/auth';
import { idPipe, markReplayed } from '#libs/http';
import { Admission } from '../../http/places/admission.decorator.js';
import { Call, IdempotencyKeyHeader, type OperatorCall } from '../audit/operator-call.js';
import { ProposalNotFound } from '../second-person/proposal.errors.js';
import { ConfirmProposal, RejectProposal } from './settle-proposal.command.js';
import {
  confirmBody,
  proposalAnswer,
  rejectBody,
  type ConfirmBody,
  type ProposalAnswer,
  type RejectBody,
} from './settle-proposal.dto.js';

const Settles = (verb: 'confirm' | 'reject', summary: string, description: string): MethodDecorator =>
  applyDecorators(
    Post(`:id/${verb}`),
    Admission('other-command'),
    HttpCode(200),
    ApiOperation({ summary, description }),
    IdempotencyKeyHeader(),
    ApiOkResponse({ standardSchema: proposalAnswer }),
  );

@ApiTags('operators')
@Controller('api/admin/proposals')
@Roles('operator', 'admin')
export class SettleProposalController {
  constructor(private readonly commands: CommandBus) {}

  @Settles(
    'confirm',
    'Do what somebody else has proposed',
    'Refused to whoever proposed it, under any role; and when what it is about has changed since, or is settled.',
  )
  async confirm(
    @Param('id', idPipe(ProposalNotFound)) id: string,
    @Body({ schema: confirmBody }) body: ConfirmBody,
    @Call() { caller, reply, once }: OperatorCall,
  ): Promise<ProposalAnswer> {
    const command = new ConfirmProposal(caller, id, body, once({ id, ...body }));
    return markReplayed(reply, await this.commands.execute(command));
  }

  @Settles('reject', 'Leave undone what was proposed', 'Whoever proposed it may do so, too.')
  async reject(
    @Param('id', idPipe(ProposalNotFound)) id: string,
    @Body({ schema: rejectBody }) body: RejectBody,
    @Call() { caller, reply, once }: OperatorCall,
  ): Promise<ProposalAnswer> {
    const command = new RejectProposal(caller, id, body.reason, once({ id, ...body }));
    return markReplayed(reply, await this.commands.execute(command));
  }
}
