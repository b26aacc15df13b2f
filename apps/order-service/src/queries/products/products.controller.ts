import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { Cursors, type CursorScope, type List, listOf, listSchema, nextLink, pagingQuery } from '#libs/http';
import { productDocument, Products, type ProductDocument } from './products.query.js';

const { limit, cursor } = pagingQuery;
const productsQuery = z.strictObject({ limit, cursor });
type ProductsQuery = z.infer<typeof productsQuery>;

const productsCursor = z.object({ after: z.string(), page: z.int() });

@ApiTags('products')
@Controller('api/products')
export class ProductsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Roles('customer', 'seller', 'operator', 'admin')
  @ApiOperation({
    summary: 'What can be ordered',
    description: 'Our copy of the catalogue of inventory-service.',
  })
  @ApiOkResponse({ standardSchema: listSchema(productDocument) })
  async list(
    @Query({ schema: productsQuery }) query: ProductsQuery,
    @CurrentUser() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<List<ProductDocument>> {
    const scope: CursorScope = { caller: caller.subject, list: 'products' };
    const from = query.cursor === undefined ? null : this.cursors.open(scope, query.cursor, productsCursor);
    const page = from?.page ?? 1;
    const { items, total, next } = await this.queries.execute(new Products(from?.after ?? null, query.limit));
    const nextCursor = next === null ? null : this.cursors.seal(scope, { after: next, page: page + 1 });
    const list = listOf(items, { page, limit: query.limit, total, nextCursor });
    const link = nextLink(request.url, list);
    if (link !== undefined) void reply.header('link', link);
    return list;
  }
}
