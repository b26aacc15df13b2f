import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { order, type OrderDocument } from '#libs/contracts/order/order.messages.js';
import { expectedVersions, idPipe, markReplayed, withIdempotencyKey } from '#libs/http';
import { Admission } from '../../http/places/admission.decorator.js';
import { OrderNotFound } from '../../domain/order-access.js';
import { isFinal } from '../../domain/order-status.js';
import { describeChanged } from '../../http/describe-changed.js';
import { CancelOrder } from './cancel-order.command.js';
import { cancelOrderBody, type CancelOrderBody } from './cancel-order.dto.js';

const operation = 'POST /api/orders/:id/cancel';

@ApiTags('orders')
@Controller('api/orders')
export class CancelOrderController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/cancel')
  @Admission('other-command')
  @HttpCode(202)
  @Roles('customer', 'operator', 'admin')
  @ApiOperation({
    summary: 'Cancel an order',
    description:
      'Taken as soon as it is safe; what was taken is given back afterwards. An order that is still PENDING ends ' +
      'REJECTED, or CANCELLED where it could not be stopped any more. Cancelling twice is cancelling once.',
  })
  @ApiHeader({ name: 'If-Match', required: false, description: 'Only if the order is still at this ETag.' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key and body get the same answer.',
  })
  @ApiAcceptedResponse({ description: 'The order, which will be called off.', standardSchema: order })
  @ApiOkResponse({ description: 'The order, which was over already.', standardSchema: order })
  async cancel(
    @Param('id', idPipe(OrderNotFound)) id: string,
    @Body({ schema: cancelOrderBody }) body: CancelOrderBody,
    @CurrentUser() caller: Caller,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderDocument> {
    const answer = await this.commands.execute(
      new CancelOrder(
        caller,
        id,
        body.reason ?? null,
        expectedVersions(ifMatch),
        withIdempotencyKey(key, { caller: caller.subject, operation, content: { id, ...body } }),
      ),
    );
    const response = markReplayed(reply, answer);
    if (isFinal(response.status)) void reply.status(200);
    return describeChanged(reply, response);
  }
}
