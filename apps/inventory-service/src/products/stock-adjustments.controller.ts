import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { Cursors, type List, listOf, nextLink, pagingQuery } from '#libs/http';
import { newId } from '#libs/kernel/ids.js';
import { Outbox } from '#libs/messaging/outbox';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import type { StockAdjustmentRow } from '../persistence/stock-adjustment.row.js';
import { adjustStockUnit } from './adjust-stock.unit.js';
import { refuseOthers } from './product-access.js';
import { adjustStockBody, type AdjustStockBody } from './product.dto.js';
import { ProductReader } from './product.reader.js';
import { countAdjustment } from './stock-metrics.js';

const listQuery = z.strictObject(pagingQuery);
type ListQuery = z.infer<typeof listQuery>;

const position = z.object({ after: z.object({ adjustedAt: z.iso.datetime(), id: z.uuid() }), page: z.int() });

interface StockAdjustmentView extends Omit<StockAdjustmentRow, 'adjustedAt'> {
  readonly adjustedAt: string;
}

@ApiTags('products')
@Controller('api/products/:sku/stock-adjustments')
@Roles('seller', 'operator', 'admin')
export class StockAdjustmentsController {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly outbox: Outbox,
    private readonly products: ProductReader,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Put pieces in or take them out, and say why' })
  async adjust(
    @Param('sku') sku: string,
    @Body({ schema: adjustStockBody }) { id, delta, reason }: AdjustStockBody,
    @CurrentUser() caller: Caller,
  ): Promise<StockAdjustmentView> {
    const command = { adjustmentId: id ?? newId(), sku, delta, reason, caller };
    const { adjustment, repeated } = await this.units.run(adjustStockUnit(command, this.outbox));
    if (!repeated) countAdjustment(adjustment);
    return view(adjustment);
  }

  @Get()
  @ApiOperation({ summary: 'All that was put in and taken out, newest first' })
  async list(
    @Param('sku') sku: string,
    @Query({ schema: listQuery }) { page, limit, cursor }: ListQuery,
    @CurrentUser() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<List<StockAdjustmentView>> {
    refuseOthers(caller, (await this.products.get(sku)).product);
    const scope = { caller: caller.subject, list: { adjustments: sku } };
    const from = cursor === undefined ? { page } : this.cursors.open(scope, cursor, position);
    const { items, total, next } = await this.products.adjustments(sku, from, limit);
    const nextCursor = next === null ? null : this.cursors.seal(scope, { after: next, page: from.page + 1 });
    const link = nextLink(request.url, { nextCursor });
    if (link !== undefined) void reply.header('link', link);
    return listOf(items.map(view), { page: from.page, limit, total, nextCursor });
  }
}

const view = (adjustment: StockAdjustmentRow): StockAdjustmentView => ({
  ...adjustment,
  adjustedAt: adjustment.adjustedAt.toISOString(),
});
