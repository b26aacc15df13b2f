import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { idPipe } from '#libs/http';
import { OrderNotFound } from '../../domain/order-access.js';
import { OrderTimeline, orderTimelineAnswer, type OrderTimelineAnswer } from './order-timeline.query.js';

@ApiTags('orders')
@Controller('api/orders')
export class OrderTimelineController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/timeline')
  @Roles('customer', 'operator', 'admin')
  @ApiOkResponse({ standardSchema: orderTimelineAnswer })
  @ApiOperation({ summary: 'What happened to an order, and why' })
  timeline(
    @Param('id', idPipe(OrderNotFound)) id: string,
    @CurrentUser() caller: Caller,
  ): Promise<OrderTimelineAnswer> {
    return this.queries.execute(new OrderTimeline(caller, id));
  }
}
