import { Body, Controller, Headers, Param, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { order, type OrderDocument } from '#libs/contracts/order/order.messages.js';
import { expectedVersions, idPipe, markReplayed, withIdempotencyKey } from '#libs/http';
import { Admission } from '../../http/places/admission.decorator.js';
import { OrderNotFound } from '../../domain/order-access.js';
import { describeChanged } from '../../http/describe-changed.js';
import { ChangeOrderStatus } from './change-order-status.command.js';
import { changeOrderStatusBody, type ChangeOrderStatusBody } from './change-order-status.dto.js';

const operation = 'PUT /api/orders/:id/status';

@ApiTags('orders')
@Controller('api/orders')
export class ChangeOrderStatusController {
  constructor(private readonly commands: CommandBus) {}

  @Put(':id/status')
  @Admission('other-command')
  @Roles('operator', 'admin')
  @ApiOperation({
    summary: 'Set how far an order has come',
    description:
      'Refused with 409 `illegal-transition`, which lists what is legal, where the order cannot become it.',
  })
  @ApiHeader({ name: 'If-Match', required: false, description: 'Only if the order is still at this ETag.' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key and body get the same answer.',
  })
  @ApiOkResponse({ description: 'The order as it is now.', standardSchema: order })
  async change(
    @Param('id', idPipe(OrderNotFound)) id: string,
    @Body({ schema: changeOrderStatusBody }) body: ChangeOrderStatusBody,
    @CurrentUser() caller: Caller,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderDocument> {
    const answer = await this.commands.execute(
      new ChangeOrderStatus(
        caller,
        id,
        body,
        expectedVersions(ifMatch),
        withIdempotencyKey(key, { caller: caller.subject, operation, content: { id, ...body } }),
      ),
    );
    return describeChanged(reply, markReplayed(reply, answer));
  }
}
