import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { orderStatuses, type OrderStatus } from '#libs/contracts/order/order.messages.js';
import { gauge } from '#libs/observability';
import { InjectBackgroundSource } from '#libs/persistence/database';

/** Publishes how many orders there are in each status, looked up at each scrape. */
@Injectable()
export class OrdersByStatus {
  constructor(@InjectBackgroundSource('read') source: DataSource) {
    gauge({
      name: 'orders_by_status',
      help: 'Orders in each status, as the read side shows them.',
      labels: { status: orderStatuses },
      collect: async (gauge) => {
        const counts = await source.query<{ status: OrderStatus; orders: string }[]>(
          `SELECT status, SUM(orders) AS orders FROM (
             SELECT status, orders FROM order_status_counts UNION ALL SELECT status, orders FROM order_status_shares
           ) AS shares GROUP BY status`,
        );
        for (const { status, orders } of counts) gauge.set({ status }, Number(orders));
      },
    });
  }
}
