import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '#libs/auth';
import { idPipe, markReplayed } from '#libs/http';
import { Admission } from '../../../http/places/admission.decorator.js';
import { Call, IdempotencyKeyHeader, type OperatorCall } from '../../audit/operator-call.js';
import { ProposedResponse } from '../../second-person/action-route.js';
import { isProposed } from '../../second-person/proposable.js';
import { sendProposal } from '../../second-person/send-proposal.js';
import type { ProposalItem } from '../../second-person/proposal-item.js';
import { FindingNotFound } from '../reconciliation.errors.js';
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

@ApiTags('operators')
@Controller('api/admin/reconciliation')
@Roles('operator', 'admin')
export class ReconciliationController {
  constructor(private readonly commands: CommandBus) {}

  @Post('runs')
  @Admission('other-command')
  @HttpCode(202)
  @ApiOperation({ summary: 'Compare orders with what inventory, payment and the payment provider have' })
  @IdempotencyKeyHeader()
  @ApiAcceptedResponse({ standardSchema: runStarted })
  async start(
    @Body({ schema: startBody }) body: StartBody,
    @Call() { caller, reply, once }: OperatorCall,
  ): Promise<RunStarted> {
    const since = body.since === undefined ? null : new Date(body.since);
    const answer = await this.commands.execute(
      new StartReconciliation(caller, since, body.reason, once(body)),
    );
    const started = markReplayed(reply, answer);
    void reply.header('location', `/api/admin/reconciliation/runs/${started.runId}`);
    return started;
  }

  @Post('findings/:id/fix')
  @Admission('other-command')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give back what nobody may keep' })
  @IdempotencyKeyHeader()
  @ApiOkResponse({ standardSchema: findingAnswer })
  @ProposedResponse()
  fix(
    @Param('id', idPipe(FindingNotFound)) id: string,
    @Body({ schema: findingBody }) body: FindingBody,
    @Call() call: OperatorCall,
  ): Promise<FindingAnswer | ProposalItem> {
    return this.deal('fix', id, body, call);
  }

  @Post('findings/:id/ignore')
  @Admission('other-command')
  @HttpCode(200)
  @ApiOperation({ summary: 'Leave a finding alone from now on' })
  @IdempotencyKeyHeader()
  @ApiOkResponse({ standardSchema: findingAnswer })
  @ProposedResponse()
  ignore(
    @Param('id', idPipe(FindingNotFound)) id: string,
    @Body({ schema: findingBody }) body: FindingBody,
    @Call() call: OperatorCall,
  ): Promise<FindingAnswer | ProposalItem> {
    return this.deal('ignore', id, body, call);
  }

  private async deal(
    action: 'fix' | 'ignore',
    id: string,
    body: FindingBody,
    { caller, reply, once }: OperatorCall,
  ): Promise<FindingAnswer | ProposalItem> {
    const { response } = await this.commands.execute(
      new DealWithFinding(caller, id, action, body, once({ id, ...body })),
    );
    return isProposed(response) ? sendProposal(reply, response) : response;
  }
}
