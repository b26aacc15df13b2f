import { applyDecorators, Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { markReplayed, withIdempotencyKey } from '#libs/http';
import { Admission } from '../../http/places/admission.decorator.js';
import type { IdempotentRequest } from '../../commands/idempotency/idempotent.js';
import { ProposalIdPipe } from '../second-person/proposal-id.pipe.js';
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
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'The same key and body are done once.',
    }),
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
    @Param('id', ProposalIdPipe) id: string,
    @Body({ schema: confirmBody }) body: ConfirmBody,
    @CurrentUser() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProposalAnswer> {
    const idempotency = requestOf('confirm', caller, key, { id, ...body });
    const command = new ConfirmProposal(caller, id, body, idempotency);
    return markReplayed(reply, await this.commands.execute(command));
  }

  @Settles('reject', 'Leave undone what was proposed', 'Whoever proposed it may do so, too.')
  async reject(
    @Param('id', ProposalIdPipe) id: string,
    @Body({ schema: rejectBody }) body: RejectBody,
    @CurrentUser() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProposalAnswer> {
    const idempotency = requestOf('reject', caller, key, { id, ...body });
    const command = new RejectProposal(caller, id, body.reason, idempotency);
    return markReplayed(reply, await this.commands.execute(command));
  }
}

function requestOf(
  verb: 'confirm' | 'reject',
  { subject }: Caller,
  header: string | undefined,
  body: object,
): IdempotentRequest | null {
  const operation = `POST /api/admin/proposals/:id/${verb}`;
  return withIdempotencyKey(header, { caller: subject, operation, content: body });
}
