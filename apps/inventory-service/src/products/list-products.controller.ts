import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { Cursors, type List, listOf, nextLink, pagingQuery } from '#libs/http';
import { mayManage } from './product-access.js';
import { ProductNotFound } from './product.errors.js';
import { ProductReader } from './product.reader.js';
import { viewProduct, type ProductView } from './product.view.js';

const listQuery = z.strictObject({
  ...pagingQuery,
  sellerId: z.string().min(1).max(64).optional().describe('Only products of this seller.'),
  active: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe(
      'Only what can be ordered, or only what cannot. Inactive products are for their seller and staff.',
    ),
});
type ListQuery = z.infer<typeof listQuery>;

const position = z.object({ after: z.string(), page: z.int() });

@ApiTags('products')
@Controller('api/products')
@Roles('customer', 'seller', 'operator', 'admin')
export class ListProductsController {
  constructor(
    private readonly products: ProductReader,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Products with what is available of them, by SKU' })
  async list(
    @Query({ schema: listQuery }) { page, limit, cursor, ...filter }: ListQuery,
    @CurrentUser() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<List<ProductView>> {
    const scope = { caller: caller.subject, list: { products: filter } };
    const from = cursor === undefined ? { page } : this.cursors.open(scope, cursor, position);
    const { items, total, next } = await this.products.list(caller, filter, from, limit);
    const nextCursor = next === null ? null : this.cursors.seal(scope, { after: next, page: from.page + 1 });
    const link = nextLink(request.url, { nextCursor });
    if (link !== undefined) void reply.header('link', link);
    const views = items.map(({ product, stock }) => viewProduct(product, stock, mayManage(caller, product)));
    return listOf(views, { page: from.page, limit, total, nextCursor });
  }

  @Get(':sku')
  @ApiOperation({ summary: 'One product with what is available of it' })
  async show(@Param('sku') sku: string, @CurrentUser() caller: Caller): Promise<ProductView> {
    const { product, stock } = await this.products.get(sku);
    const manages = mayManage(caller, product);
    if (!product.active && !manages) throw new ProductNotFound(sku);
    return viewProduct(product, stock, manages);
  }
}
