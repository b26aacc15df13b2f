import { Injectable } from '@nestjs/common';
import { In, type DataSource } from 'typeorm';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { bytesToId } from '#libs/kernel/ids.js';
import { InjectBackgroundSource, pageByAge, type PageByAge } from '#libs/persistence/database';
import { toDocument } from '../../persistence/order-document.js';
import { toOrder } from '../../persistence/order.mapper.js';
import { OrderRow } from '../../persistence/order.row.js';

/** As much of an order as tells whether its view is up to date. */
export interface OrderVersion {
  readonly id: string;
  readonly version: number;
}

export interface WrittenOrder extends OrderVersion {
  /** As its newest event tells of it. @throws Defect for a row that makes no order. */
  readonly document: () => OrderDocument;
}

/** A page of orders, by when they last changed. `next` is null at the end. */
export interface ChangedOrders {
  readonly orders: readonly OrderVersion[];
  readonly next: string | null;
}

const longestUnchanged = {
  table: 'orders',
  key: 'id',
  at: 'updated_at',
  columns: 'version',
  index: 'orders_changed',
} as const;

/** The write side's orders, for whoever compares views with them. May be on another server than the views: nothing is joined. */
@Injectable()
export class WrittenOrders {
  constructor(@InjectBackgroundSource() private readonly source: DataSource) {}

  /** Read in the index alone, so that it costs the same whatever orders hold. */
  async changed(range: PageByAge): Promise<ChangedOrders> {
    type Row = { readonly version: number; readonly page_key: Buffer };
    const { rows, next } = await pageByAge<Row>(this.source, longestUnchanged, range);
    return { orders: rows.map((row) => ({ id: bytesToId(row.page_key), version: row.version })), next };
  }

  async find(ids: readonly string[]): Promise<WrittenOrder[]> {
    const rows = await this.source.getRepository(OrderRow).findBy({ id: In([...ids]) });
    return rows.map((row) => ({
      id: row.id,
      version: row.version,
      document: () => toDocument(toOrder(row)),
    }));
  }
}
