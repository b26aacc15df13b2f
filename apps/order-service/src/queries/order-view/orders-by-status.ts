import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { orderStatuses, type OrderStatus } from '#libs/contracts/order/order.messages.js';
import { gauge, StatsRefresher } from '#libs/observability';
import { InjectBackgroundSource } from '#libs/persistence/database';

/** Publishes how many orders there are in each status: sums over a few rows. */
@Injectable()
export class OrdersByStatus {
  constructor(@InjectBackgroundSource('read') source: DataSource, stats: StatsRefresher) {
    const orders = gauge({
      name: 'orders_by_status',
      help: 'Orders in each status, as the read side shows them.',
      labels: { status: orderStatuses },
    });
    stats.keep({
      name: 'orders',
      look: () =>
        source.query<{ status: OrderStatus; orders: string }[]>(
          `SELECT status, SUM(orders) AS orders FROM (
             SELECT status, orders FROM order_status_counts UNION ALL SELECT status, orders FROM order_status_shares
           ) AS shares GROUP BY status`,
        ),
      show: (counts) => {
        for (const { status, orders: count } of counts) orders.set({ status }, Number(count));
      },
    });
  }
}
