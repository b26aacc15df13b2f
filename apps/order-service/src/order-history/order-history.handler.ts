import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { Fault } from '#libs/kernel/errors.js';
import { idToBytes } from '#libs/kernel/ids.js';
import { maySeeCustomer, OrderNotFound } from '../access/order-access.js';
import { OrderFreshness } from '../order-view/order-freshness.js';
import { OrderViewRow } from '../order-view/order-view.row.js';
import { CustomerOrderCountRow } from './customer-order-count.row.js';
import {
  OrderHistory,
  type HistoryKey,
  type HistoryPage,
  type HistoryPosition,
} from './order-history.query.js';

@QueryHandler(OrderHistory)
export class OrderHistoryHandler implements IQueryHandler<OrderHistory> {
  constructor(
    @InjectDataSource('read') private readonly source: DataSource,
    private readonly freshness: OrderFreshness,
  ) {}

  async execute({ caller, customerId, position, limit, token }: OrderHistory): Promise<HistoryPage> {
    if (!maySeeCustomer(caller, customerId)) throw new OrderNotFound(`of ${customerId}`);
    if (token && !(await this.freshness.hasCaughtUp(token))) {
      throw new Fault('the history does not show your last order yet');
    }
    const [count, rows] = await Promise.all([
      this.source.getRepository(CustomerOrderCountRow).findOneBy({ customerId }),
      // One more than asked for tells whether there is a next page.
      this.page(customerId, position, limit)
        .limit(limit + 1)
        .getMany(),
    ]);
    const items = rows.slice(0, limit);
    return {
      items: items.map(({ document }) => document),
      total: count?.orders ?? 0,
      next: rows.length > limit ? keyOf(items.at(-1)!) : null,
    };
  }

  private page(
    customerId: string,
    position: HistoryPosition,
    limit: number,
  ): SelectQueryBuilder<OrderViewRow> {
    const query = this.source
      .createQueryBuilder(OrderViewRow, 'view')
      .where('view.customerId = :customerId', { customerId })
      .orderBy('view.createdAt', 'DESC')
      .addOrderBy('view.id', 'DESC');
    if ('page' in position) return query.offset((position.page - 1) * limit);
    // Written out because MySQL does not use an index range for (a, b) < (x, y).
    return query.andWhere('view.createdAt <= :createdAt AND (view.createdAt < :createdAt OR view.id < :id)', {
      createdAt: new Date(position.after.createdAt),
      id: idToBytes(position.after.id),
    });
  }
}

const keyOf = (row: OrderViewRow): HistoryKey => ({ createdAt: row.createdAt.toISOString(), id: row.id });
