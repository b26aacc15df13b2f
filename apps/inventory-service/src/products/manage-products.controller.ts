import { Body, Controller, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { newId } from '#libs/kernel/ids.js';
import { parseAmount } from '#libs/kernel/money.js';
import { Outbox } from '#libs/messaging/outbox';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { changeProductUnit } from './change-product.unit.js';
import { createProductUnit } from './create-product.unit.js';
import { sellerFor } from './product-access.js';
import {
  changeProductBody,
  createProductBody,
  type ChangeProductBody,
  type CreateProductBody,
  type PriceBody,
} from './product.dto.js';
import { ProductReader } from './product.reader.js';
import { viewProduct, type ProductView } from './product.view.js';

@ApiTags('products')
@Controller('api/products')
@Roles('seller', 'operator', 'admin')
export class ManageProductsController {
  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    private readonly outbox: Outbox,
    private readonly products: ProductReader,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Create a product with its first stock' })
  async create(
    @Body({ schema: createProductBody }) body: CreateProductBody,
    @CurrentUser() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProductView> {
    const { available, price, ...given } = body;
    const unit = createProductUnit(
      {
        product: { ...given, sellerId: sellerFor(caller, given.sellerId), price: moneyOf(price) },
        available,
        adjustmentId: newId(),
        by: caller.subject,
      },
      this.outbox,
    );
    const { product, stock } = await this.units.run(unit);
    void reply.header('location', `/api/products/${product.sku}`);
    return viewProduct(product, stock, true);
  }

  @Patch(':sku')
  @ApiOperation({ summary: 'Change a product; orders that were accepted keep their price' })
  async change(
    @Param('sku') sku: string,
    @Body({ schema: changeProductBody }) { price, version, ...same }: ChangeProductBody,
    @CurrentUser() caller: Caller,
  ): Promise<ProductView> {
    const changes = { ...same, ...(price && { price: moneyOf(price) }) };
    const product = await this.units.run(changeProductUnit({ sku, changes, caller, version }, this.outbox));
    const { stock } = await this.products.get(sku);
    return viewProduct(product, stock, true);
  }
}

const moneyOf = ({ amount, currency }: PriceBody) => parseAmount(amount, currency);
