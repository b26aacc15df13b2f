import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import { MoreThan, type DataSource } from 'typeorm';
import { money, moneyToJson } from '#libs/kernel/money.js';
import { CatalogueProductRow } from '../../persistence/catalogue-product.row.js';
import { Products, type ProductDocument, type ProductsPage } from './products.query.js';

@QueryHandler(Products)
export class ProductsHandler implements IQueryHandler<Products> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute({ after, limit }: Products): Promise<ProductsPage> {
    const products = this.source.getRepository(CatalogueProductRow);
    const [total, rows] = await Promise.all([
      products.countBy({ active: true }),
      products.find({
        where: { active: true, ...(after === null ? {} : { sku: MoreThan(after) }) },
        order: { sku: 'ASC' },
        // One more than asked for tells whether there is a next page.
        take: limit + 1,
      }),
    ]);
    const items = rows.slice(0, limit);
    return {
      items: items.map(toDocument),
      total,
      next: rows.length > limit ? items.at(-1)!.sku : null,
    };
  }
}

const toDocument = (row: CatalogueProductRow): ProductDocument => ({
  productId: row.sku,
  name: row.name,
  sellerId: row.sellerId,
  price: moneyToJson(money(row.priceMinor, row.currency)),
  discountPercent: row.discountPercent,
});
