import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { Fault } from '#libs/kernel/errors.js';
import { bytesToId } from '#libs/kernel/ids.js';
import { maySeeCustomer, OrderNotFound } from '../../domain/order-access.js';
import { OrderFreshness } from '../order-view/order-freshness.js';
import { CustomerOrderCountRow } from './customer-order-count.row.js';
import { OrderHistory, type HistoryKey, type HistoryPage } from './order-history.query.js';
import { historySql, type HistoryRow } from './order-history.sql.js';

@QueryHandler(OrderHistory)
export class OrderHistoryHandler implements IQueryHandler<OrderHistory> {
  constructor(
    @InjectDataSource('read') private readonly source: DataSource,
    private readonly freshness: OrderFreshness,
  ) {}

  async execute({ caller, customerId, position, limit, token }: OrderHistory): Promise<HistoryPage> {
    if (!maySeeCustomer(caller, customerId)) throw new OrderNotFound(`of ${customerId}`);
    if (token && !(await this.freshness.hasCaughtUp(token, caller))) {
      throw new Fault('the history does not show your last order yet');
    }
    const [sql, parameters] = historySql(customerId, position, limit);
    const [count, rows] = await Promise.all([
      this.source.getRepository(CustomerOrderCountRow).findOneBy({ customerId }),
      this.source.query<HistoryRow[]>(sql, parameters),
    ]);
    const page = rows.slice(0, limit);
    return {
      items: page.map(({ document }) => JSON.parse(document) as OrderDocument),
      total: count?.orders ?? 0,
      next: rows.length > limit ? keyOf(page.at(-1)!) : null,
    };
  }
}

const keyOf = ({ created_at: createdAt, id }: HistoryRow): HistoryKey => ({
  createdAt: createdAt.toISOString(),
  id: bytesToId(id),
});
