import { applyDecorators, Body, Controller, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { Roles } from '#libs/auth';
import { formatEtag, idPipe, markReplayed } from '#libs/http';
import { Call, type OperatorCall } from '../../audit/operator-call.js';
import { ActionRoute } from '../../second-person/action-route.js';
import { isProposed } from '../../second-person/proposable.js';
import type { ProposalItem } from '../../second-person/proposal-item.js';
import { sendProposal } from '../../second-person/send-proposal.js';
import { SagaNotFound } from '../saga-access.js';
import { ActOnSaga } from './act-on-saga.command.js';
import {
  sagaActionAnswer,
  sagaActionBody,
  type SagaActionAnswer,
  type SagaActionBody,
} from './act-on-saga.dto.js';
import type { SagaAction } from './saga-action.js';
import { SagaActionRefused } from './saga-action.errors.js';

const Action = (action: SagaAction, summary: string): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The ETag of the saga: 412 when it has changed since. To resolve, it is required (428).',
    }),
    ActionRoute(action, summary, sagaActionAnswer),
  );

@ApiTags('operators')
@Controller('api/admin/sagas')
@Roles('operator', 'admin')
export class ActOnSagaController {
  constructor(private readonly commands: CommandBus) {}

  @Action('retry', 'Ask the waiting command again now')
  retry(
    @Param('id', idPipe(SagaNotFound)) id: string,
    @Body({ schema: sagaActionBody }) body: SagaActionBody,
    @Call() call: OperatorCall,
  ): Promise<SagaActionAnswer | ProposalItem> {
    return this.act('retry', id, body, call);
  }

  @Action('compensate', 'Undo all that was done, before the pivot')
  compensate(
    @Param('id', idPipe(SagaNotFound)) id: string,
    @Body({ schema: sagaActionBody }) body: SagaActionBody,
    @Call() call: OperatorCall,
  ): Promise<SagaActionAnswer | ProposalItem> {
    return this.act('compensate', id, body, call);
  }

  @Action('resolve', 'Take the waiting command as done by hand: a compensation, or after the pivot')
  resolve(
    @Param('id', idPipe(SagaNotFound)) id: string,
    @Body({ schema: sagaActionBody }) body: SagaActionBody,
    @Call() call: OperatorCall,
  ): Promise<SagaActionAnswer | ProposalItem> {
    return this.act('resolve', id, body, call);
  }

  private async act(
    action: SagaAction,
    id: string,
    body: SagaActionBody,
    { caller, ifMatch, reply, once }: OperatorCall,
  ): Promise<SagaActionAnswer | ProposalItem> {
    // A key means one action on one saga.
    const options = { preview: body.preview, ifMatch, idempotency: once({ id, ...body }) };
    const answer = await this.commands.execute(new ActOnSaga(caller, id, action, body.reason, options));
    const response = markReplayed(reply, answer);
    if (isProposed(response)) return sendProposal(reply, response);
    if (!response.preview && response.outcome !== 'taken')
      throw new SagaActionRefused(action, response.outcome);
    void reply.header('etag', formatEtag(response.revision));
    return response;
  }
}
