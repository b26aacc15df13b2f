import { applyDecorators, Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { formatEtag, markReplayed, withIdempotencyKey } from '#libs/http';
import { Admission } from '../../../http/places/admission.decorator.js';
import { SagaIdPipe } from '../saga-id.pipe.js';
import type { SagaAction } from './saga-action.js';
import { sendProposal } from '../../second-person/send-proposal.js';
import { isProposed } from '../../second-person/proposable.js';
import { proposalItem, type ProposalItem } from '../../second-person/proposal-item.js';
import { ActOnSaga } from './act-on-saga.command.js';
import {
  sagaActionAnswer,
  sagaActionBody,
  type SagaActionAnswer,
  type SagaActionBody,
} from './act-on-saga.dto.js';
import { SagaActionRefused } from './saga-action.errors.js';

/** One route an action, and what they have in common. */
const Action = (action: SagaAction, summary: string): MethodDecorator =>
  applyDecorators(
    Post(`:id/${action}`),
    Admission('other-command'),
    HttpCode(200),
    ApiOperation({
      summary,
      description:
        'With `preview`: says what would happen, and does nothing. Otherwise it is in the audit trail.',
    }),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The ETag of the saga: 412 when it has changed since. To resolve, it is required (428).',
    }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'The same key and body are done once.',
    }),
    ApiOkResponse({ standardSchema: sagaActionAnswer }),
    ApiAcceptedResponse({
      description: 'Nothing was done: it takes a second person, to whom it is proposed.',
      standardSchema: proposalItem,
    }),
  );

interface Conditions {
  readonly 'if-match'?: string;
  readonly 'idempotency-key'?: string;
}

@ApiTags('operators')
@Controller('api/admin/sagas')
@Roles('operator', 'admin')
export class ActOnSagaController {
  constructor(private readonly commands: CommandBus) {}

  @Action('retry', 'Ask the waiting command again now')
  retry(
    @Param('id', SagaIdPipe) id: string,
    @Body({ schema: sagaActionBody }) body: SagaActionBody,
    @CurrentUser() caller: Caller,
    @Headers() headers: Conditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SagaActionAnswer | ProposalItem> {
    return this.act('retry', { id, body, caller, headers, reply });
  }

  @Action('compensate', 'Undo all that was done, before the pivot')
  compensate(
    @Param('id', SagaIdPipe) id: string,
    @Body({ schema: sagaActionBody }) body: SagaActionBody,
    @CurrentUser() caller: Caller,
    @Headers() headers: Conditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SagaActionAnswer | ProposalItem> {
    return this.act('compensate', { id, body, caller, headers, reply });
  }

  @Action('resolve', 'Take the waiting command as done by hand: a compensation, or after the pivot')
  resolve(
    @Param('id', SagaIdPipe) id: string,
    @Body({ schema: sagaActionBody }) body: SagaActionBody,
    @CurrentUser() caller: Caller,
    @Headers() headers: Conditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SagaActionAnswer | ProposalItem> {
    return this.act('resolve', { id, body, caller, headers, reply });
  }

  private async act(
    action: SagaAction,
    { id, body, caller, headers, reply }: ActionRequest,
  ): Promise<SagaActionAnswer | ProposalItem> {
    const operation = `POST /api/admin/sagas/:id/${action}`;
    const answer = await this.commands.execute(
      new ActOnSaga(caller, id, action, body.reason, {
        preview: body.preview,
        ifMatch: headers['if-match'],
        // A key means one action on one saga.
        idempotency: withIdempotencyKey(headers['idempotency-key'], {
          caller: caller.subject,
          operation,
          content: { id, ...body },
        }),
      }),
    );
    const response = markReplayed(reply, answer);
    if (isProposed(response)) return sendProposal(reply, response);
    if (!response.preview && response.outcome !== 'taken')
      throw new SagaActionRefused(action, response.outcome);
    void reply.header('etag', formatEtag(response.revision));
    return response;
  }
}

interface ActionRequest {
  readonly id: string;
  readonly body: SagaActionBody;
  readonly caller: Caller;
  readonly headers: Conditions;
  readonly reply: FastifyReply;
}
