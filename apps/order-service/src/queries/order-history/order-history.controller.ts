import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { order, type OrderDocument } from '#libs/contracts/order/order.messages.js';
import { Cursors, type CursorScope, type List, listOf, listSchema, nextLink, pagingQuery } from '#libs/http';
import { parseToken } from '../../http/consistency-token.js';
import { OrderHistory, type HistoryPosition } from './order-history.query.js';

const historyQuery = z.strictObject(pagingQuery);
type HistoryQuery = z.infer<typeof historyQuery>;

/** Where the page before ended, and the number of the page that comes now. */
const historyCursor = z.object({ createdAt: z.iso.datetime(), id: z.uuid(), page: z.int() });

@ApiTags('orders')
@Controller('api/orders/history')
export class OrderHistoryController {
  constructor(
    private readonly queries: QueryBus,
    private readonly cursors: Cursors,
  ) {}

  @Get(':customerId')
  @Roles('customer', 'operator', 'admin')
  @ApiOperation({ summary: "A customer's orders, newest first" })
  @ApiHeader({
    name: 'Consistency-Token',
    required: false,
    description: 'Of a command: show at least its order.',
  })
  @ApiOkResponse({ standardSchema: listSchema(order) })
  async show(
    @Param('customerId') customerId: string,
    @Query({ schema: historyQuery }) { page, limit, cursor }: HistoryQuery,
    @CurrentUser() caller: Caller,
    @Headers('consistency-token') token: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<List<OrderDocument>> {
    const scope: CursorScope = { caller: caller.subject, list: { history: customerId } };
    const after = cursor === undefined ? null : this.cursors.open(scope, cursor, historyCursor);
    const position: HistoryPosition = after ? { after } : { page };
    const thisPage = after?.page ?? page;
    const { items, total, next } = await this.queries.execute(
      new OrderHistory(caller, customerId, position, limit, parseToken(token)),
    );
    const nextCursor = next && this.cursors.seal(scope, { ...next, page: thisPage + 1 });
    const list = listOf(items, { page: thisPage, limit, total, nextCursor });
    const link = nextLink(request.url, list);
    if (link !== undefined) void reply.header('link', link);
    return list;
  }
}
