import { applyDecorators, Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { markReplayed, withIdempotencyKey } from '#libs/http';
import type { JsonObject } from '#libs/kernel/json.js';
import { Admission } from '../../../http/places/admission.decorator.js';
import { ParkedMessageIdPipe } from '../parked-message-id.pipe.js';
import { isProposed } from '../../second-person/proposable.js';
import { sendProposal } from '../../second-person/send-proposal.js';
import { proposalItem, type ProposalItem } from '../../second-person/proposal-item.js';
import { ActOnParkedMessage, type ParkedMessageActing } from './act-on-parked-message.command.js';
import {
  editParkedMessageBody,
  parkedMessageActionAnswer,
  parkedMessageActionBody,
  type EditParkedMessageBody,
  type ParkedMessageAction,
  type ParkedMessageActionAnswer,
  type ParkedMessageActionBody,
} from './act-on-parked-message.dto.js';

/** One route an action, and what they have in common. */
const Action = (action: ParkedMessageAction, summary: string): MethodDecorator =>
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
      name: 'Idempotency-Key',
      required: false,
      description: 'The same key and body are done once.',
    }),
    ApiOkResponse({ standardSchema: parkedMessageActionAnswer }),
    ApiAcceptedResponse({
      description: 'Nothing was done: it takes a second person, to whom it is proposed.',
      standardSchema: proposalItem,
    }),
  );

@ApiTags('operators')
@Controller('api/admin/dead-letters')
@Roles('operator', 'admin')
export class ActOnParkedMessageController {
  constructor(private readonly commands: CommandBus) {}

  @Action('redrive', 'Send a parked message back to its queue, under its own id')
  redrive(
    @Param('id', ParkedMessageIdPipe) id: string,
    @Body({ schema: parkedMessageActionBody }) body: ParkedMessageActionBody,
    @CurrentUser() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ParkedMessageActionAnswer | ProposalItem> {
    return this.act({ id, body, acting: { action: 'redrive' }, caller, key, reply });
  }

  @Action('discard', 'Be done with a parked message: it never goes back')
  discard(
    @Param('id', ParkedMessageIdPipe) id: string,
    @Body({ schema: parkedMessageActionBody }) body: ParkedMessageActionBody,
    @CurrentUser() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ParkedMessageActionAnswer | ProposalItem> {
    return this.act({ id, body, acting: { action: 'discard' }, caller, key, reply });
  }

  @Action('edit', 'Give a parked message other data; redriving it then sends these')
  edit(
    @Param('id', ParkedMessageIdPipe) id: string,
    @Body({ schema: editParkedMessageBody }) body: EditParkedMessageBody,
    @CurrentUser() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ParkedMessageActionAnswer | ProposalItem> {
    // It came as JSON.
    const data = body.data as JsonObject;
    return this.act({ id, body, acting: { action: 'edit', data }, caller, key, reply });
  }

  private async act({
    id,
    body,
    acting,
    caller,
    key,
    reply,
  }: ActionRequest): Promise<ParkedMessageActionAnswer | ProposalItem> {
    const operation = `POST /api/admin/dead-letters/:id/${acting.action}`;
    const answer = await this.commands.execute(
      new ActOnParkedMessage(caller, id, acting, body.reason, {
        preview: body.preview,
        // A key means one action on one message.
        idempotency: withIdempotencyKey(key, {
          caller: caller.subject,
          operation,
          content: { id, ...body },
        }),
      }),
    );
    const response = markReplayed(reply, answer);
    return isProposed(response) ? sendProposal(reply, response) : response;
  }
}

interface ActionRequest {
  readonly id: string;
  readonly body: ParkedMessageActionBody;
  readonly acting: ParkedMessageActing;
  readonly caller: Caller;
  readonly key: string | undefined;
  readonly reply: FastifyReply;
}
