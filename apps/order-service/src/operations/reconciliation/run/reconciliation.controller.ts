import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { markReplayed, withIdempotencyKey } from '#libs/http';
import { Admission } from '../../../http/places/admission.decorator.js';
import type { IdempotentRequest } from '../../../commands/idempotency/idempotent.js';
import { isProposed } from '../../second-person/proposable.js';
import { sendProposal } from '../../second-person/send-proposal.js';
import { proposalItem, type ProposalItem } from '../../second-person/proposal-item.js';
import { FindingIdPipe } from './finding-id.pipe.js';
import { DealWithFinding, StartReconciliation } from './reconcile.command.js';
import {
  findingAnswer,
  findingBody,
  runStarted,
  startBody,
  type FindingAnswer,
  type FindingBody,
  type RunStarted,
  type StartBody,
} from './reconciliation.dto.js';

const route = 'POST /api/admin/reconciliation';
const idempotencyHeader = {
  name: 'Idempotency-Key',
  required: false,
  description: 'The same key and body are done once.',
};

const proposed = {
  description: 'Nothing was done: it takes a second person, to whom it is proposed.',
  standardSchema: proposalItem,
};

@ApiTags('operators')
@Controller('api/admin/reconciliation')
@Roles('operator', 'admin')
export class ReconciliationController {
  constructor(private readonly commands: CommandBus) {}

  @Post('runs')
  @Admission('other-command')
  @HttpCode(202)
  @ApiOperation({ summary: 'Compare orders with what inventory, payment and the payment provider have' })
  @ApiHeader(idempotencyHeader)
  @ApiAcceptedResponse({ standardSchema: runStarted })
  async start(
    @Body({ schema: startBody }) body: StartBody,
    @CurrentUser() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunStarted> {
    const since = body.since === undefined ? null : new Date(body.since);
    const idempotency = requestOf(caller, `${route}/runs`, key, body);
    const answer = await this.commands.execute(
      new StartReconciliation(caller, since, body.reason, idempotency),
    );
    const started = markReplayed(reply, answer);
    void reply.header('location', `/api/admin/reconciliation/runs/${started.runId}`);
    return started;
  }

  @Post('findings/:id/fix')
  @Admission('other-command')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give back what nobody may keep' })
  @ApiHeader(idempotencyHeader)
  @ApiOkResponse({ standardSchema: findingAnswer })
  @ApiAcceptedResponse(proposed)
  fix(
    @Param('id', FindingIdPipe) id: string,
    @Body({ schema: findingBody }) body: FindingBody,
    @CurrentUser() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FindingAnswer | ProposalItem> {
    return this.deal(caller, id, 'fix', body, key, reply);
  }

  @Post('findings/:id/ignore')
  @Admission('other-command')
  @HttpCode(200)
  @ApiOperation({ summary: 'Leave a finding alone from now on' })
  @ApiHeader(idempotencyHeader)
  @ApiOkResponse({ standardSchema: findingAnswer })
  @ApiAcceptedResponse(proposed)
  ignore(
    @Param('id', FindingIdPipe) id: string,
    @Body({ schema: findingBody }) body: FindingBody,
    @CurrentUser() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FindingAnswer | ProposalItem> {
    return this.deal(caller, id, 'ignore', body, key, reply);
  }

  private async deal(
    caller: Caller,
    id: string,
    action: 'fix' | 'ignore',
    body: FindingBody,
    key: string | undefined,
    reply: FastifyReply,
  ): Promise<FindingAnswer | ProposalItem> {
    const idempotency = requestOf(caller, `${route}/findings/:id/${action}`, key, { id, ...body });
    const { response } = await this.commands.execute(
      new DealWithFinding(caller, id, action, body, idempotency),
    );
    return isProposed(response) ? sendProposal(reply, response) : response;
  }
}

function requestOf(
  caller: Caller,
  operation: string,
  key: string | undefined,
  body: unknown,
): IdempotentRequest | null {
  return withIdempotencyKey(key, { caller: caller.subject, operation, content: body });
}
