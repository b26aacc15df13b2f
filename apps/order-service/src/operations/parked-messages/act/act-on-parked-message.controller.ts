import { Body, Controller, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '#libs/auth';
import { idPipe, markReplayed } from '#libs/http';
import type { JsonObject } from '#libs/kernel/json.js';
import { Call, type OperatorCall } from '../../audit/operator-call.js';
import { ActionRoute } from '../../second-person/action-route.js';
import { isProposed } from '../../second-person/proposable.js';
import type { ProposalItem } from '../../second-person/proposal-item.js';
import { sendProposal } from '../../second-person/send-proposal.js';
import { ParkedMessageNotFound } from '../parked-message.errors.js';
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

const Action = (action: ParkedMessageAction, summary: string): MethodDecorator =>
  ActionRoute(action, summary, parkedMessageActionAnswer);

@ApiTags('operators')
@Controller('api/admin/dead-letters')
@Roles('operator', 'admin')
export class ActOnParkedMessageController {
  constructor(private readonly commands: CommandBus) {}

  @Action('redrive', 'Send a parked message back to its queue, under its own id')
  redrive(
    @Param('id', idPipe(ParkedMessageNotFound)) id: string,
    @Body({ schema: parkedMessageActionBody }) body: ParkedMessageActionBody,
    @Call() call: OperatorCall,
  ): Promise<ParkedMessageActionAnswer | ProposalItem> {
    return this.act({ action: 'redrive' }, id, body, call);
  }

  @Action('discard', 'Be done with a parked message: it never goes back')
  discard(
    @Param('id', idPipe(ParkedMessageNotFound)) id: string,
    @Body({ schema: parkedMessageActionBody }) body: ParkedMessageActionBody,
    @Call() call: OperatorCall,
  ): Promise<ParkedMessageActionAnswer | ProposalItem> {
    return this.act({ action: 'discard' }, id, body, call);
  }

  @Action('edit', 'Give a parked message other data; redriving it then sends these')
  edit(
    @Param('id', idPipe(ParkedMessageNotFound)) id: string,
    @Body({ schema: editParkedMessageBody }) body: EditParkedMessageBody,
    @Call() call: OperatorCall,
  ): Promise<ParkedMessageActionAnswer | ProposalItem> {
    // It came as JSON.
    return this.act({ action: 'edit', data: body.data as JsonObject }, id, body, call);
  }

  private async act(
    acting: ParkedMessageActing,
    id: string,
    body: ParkedMessageActionBody,
    { caller, reply, once }: OperatorCall,
  ): Promise<ParkedMessageActionAnswer | ProposalItem> {
    // A key means one action on one message.
    const options = { preview: body.preview, idempotency: once({ id, ...body }) };
    const answer = await this.commands.execute(
      new ActOnParkedMessage(caller, id, acting, body.reason, options),
    );
    const response = markReplayed(reply, answer);
    return isProposed(response) ? sendProposal(reply, response) : response;
  }
}
