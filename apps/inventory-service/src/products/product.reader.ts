import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { In, MoreThan, type DataSource, type FindOptionsWhere } from 'typeorm';
import type { Caller } from '#libs/kernel/caller.js';
import { Defect } from '#libs/kernel/errors.js';
import { idToBytes } from '#libs/kernel/ids.js';
import { emptyStock, type Stock } from '../domain/stock.js';
import { toProduct } from '../persistence/product.mapper.js';
import { ProductRow } from '../persistence/product.row.js';
import { StockAdjustmentRow } from '../persistence/stock-adjustment.row.js';
import { StockRow } from '../persistence/stock.row.js';
import type { StockedProduct } from './create-product.unit.js';
import { ProductNotFound } from './product.errors.js';

export interface ProductFilter {
  readonly sellerId?: string | undefined;
  readonly active?: boolean | undefined;
}

/** Where a page begins: after a key; without one, as many pages on from the start. */
export interface Position<Key> {
  readonly page: number;
  readonly after?: Key;
}

export interface PageOf<Item, Key> {
  readonly items: readonly Item[];
  readonly total: number;
  /** The key of the last item when there are more; otherwise null. */
  readonly next: Key | null;
}

/** Looks at products and what happened to their stock. */
@Injectable()
export class ProductReader {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /** @throws ProductNotFound */
  async get(sku: string): Promise<StockedProduct> {
    const row = await this.source.getRepository(ProductRow).findOneBy({ sku });
    if (!row) throw new ProductNotFound(sku);
    const [stock] = await this.stockOf([sku]);
    if (!stock) throw new Defect(`product ${sku} has no stock row`);
    return { product: toProduct(row), stock };
  }

  /** By SKU, ascending: what the caller may see of it. */
  async list(
    caller: Caller,
    filter: ProductFilter,
    position: Position<string>,
    limit: number,
  ): Promise<PageOf<StockedProduct, string>> {
    const repository = this.source.getRepository(ProductRow);
    const seesInactive = caller.isStaff || (caller.sellerId !== null && filter.sellerId === caller.sellerId);
    if (!seesInactive && filter.active === false) return { items: [], total: 0, next: null };
    const active = seesInactive ? filter.active : true;
    const where: FindOptionsWhere<ProductRow> = {
      ...(filter.sellerId !== undefined && { sellerId: filter.sellerId }),
      ...(active !== undefined && { active }),
    };
    const [total, rows] = await Promise.all([
      repository.countBy(where),
      repository.find({
        where: position.after === undefined ? where : { ...where, sku: MoreThan(position.after) },
        order: { sku: 'ASC' },
        // One more than asked for tells whether there is a next page.
        take: limit + 1,
        skip: position.after === undefined ? (position.page - 1) * limit : 0,
      }),
    ]);
    const shown = rows.slice(0, limit);
    const stock = new Map(
      (await this.stockOf(shown.map(({ sku }) => sku))).map((entry) => [entry.sku, entry]),
    );
    return {
      items: shown.map((row) => ({
        product: toProduct(row),
        stock: stock.get(row.sku) ?? emptyStock(row.sku),
      })),
      total,
      next: rows.length > limit ? (shown.at(-1)?.sku ?? null) : null,
    };
  }

  /** Newest first. */
  async adjustments(
    sku: string,
    position: Position<AdjustmentKey>,
    limit: number,
  ): Promise<PageOf<StockAdjustmentRow, AdjustmentKey>> {
    const query = this.source
      .createQueryBuilder(StockAdjustmentRow, 'adjustment')
      .where('adjustment.sku = :sku', { sku })
      .orderBy('adjustment.adjustedAt', 'DESC')
      .addOrderBy('adjustment.id', 'DESC')
      // One more than asked for tells whether there is a next page.
      .limit(limit + 1);
    if (position.after === undefined) query.offset((position.page - 1) * limit);
    else {
      query.andWhere(
        'adjustment.adjustedAt <= :at AND (adjustment.adjustedAt < :at OR adjustment.id < :id)',
        {
          at: new Date(position.after.adjustedAt),
          id: idToBytes(position.after.id),
        },
      );
    }
    const [total, rows] = await Promise.all([
      this.source.getRepository(StockAdjustmentRow).countBy({ sku }),
      query.getMany(),
    ]);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const next = last ? { adjustedAt: last.adjustedAt.toISOString(), id: last.id } : null;
    return { items, total, next: rows.length > limit ? next : null };
  }

  private stockOf(skus: readonly string[]): Promise<Stock[]> {
    return this.source.getRepository(StockRow).findBy({ sku: In(skus) });
  }
}

export type AdjustmentKey = { readonly adjustedAt: string; readonly id: string };
