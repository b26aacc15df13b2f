import { Controller, Get, Headers, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { idPipe } from '#libs/http';
import { OrderNotFound } from '../../domain/order-access.js';
import { parseToken } from '../../http/consistency-token.js';
import { orderStatusAnswer, OrderStatusQuery, type OrderStatusAnswer } from './order-status.query.js';

@ApiTags('orders')
@Controller('api/orders')
export class OrderStatusController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/status')
  @Roles('customer', 'operator', 'admin')
  @ApiOperation({ summary: 'How an order stands' })
  @ApiOkResponse({ standardSchema: orderStatusAnswer })
  status(
    @Param('id', idPipe(OrderNotFound)) id: string,
    @CurrentUser() caller: Caller,
    @Headers('consistency-token') token: string | undefined,
  ): Promise<OrderStatusAnswer> {
    return this.queries.execute(new OrderStatusQuery(caller, id, parseToken(token)));
  }
}
