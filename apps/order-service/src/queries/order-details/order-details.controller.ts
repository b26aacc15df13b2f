import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { formatEtag, idPipe, matchesEtag } from '#libs/http';
import { parseToken } from '../../http/consistency-token.js';
import { OrderNotFound } from '../../domain/order-access.js';
import { OrderDetails, orderDetailsAnswer, type OrderDetailsAnswer } from './order-details.query.js';

@ApiTags('orders')
@Controller('api/orders')
export class OrderDetailsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @Roles('customer', 'operator', 'admin')
  @ApiOperation({ summary: 'One order' })
  @ApiOkResponse({ standardSchema: orderDetailsAnswer })
  async show(
    @Param('id', idPipe(OrderNotFound)) id: string,
    @CurrentUser() caller: Caller,
    @Headers('consistency-token') token: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderDetailsAnswer | undefined> {
    const order = await this.queries.execute(new OrderDetails(caller, id, parseToken(token)));
    const etag = formatEtag(order.version);
    void reply.header('etag', etag);
    if (!matchesEtag(ifNoneMatch, etag)) return order;
    void reply.status(304);
    return undefined;
  }
}
