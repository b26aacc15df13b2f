import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { orderStatuses } from '#libs/contracts/order/order.messages.js';
import { gauge } from '#libs/observability/metrics.js';
import { InjectBackgroundSource } from '#libs/persistence/persistence.module.js';
import { OrderStatusCountRow } from './order-status-count.row.js';

/** Publishes how many orders there are in each status, looked up at each scrape. */
@Injectable()
export class OrdersByStatus {
  constructor(@InjectBackgroundSource('read') source: DataSource) {
    gauge({
      name: 'orders_by_status',
      help: 'Orders in each status, as the read side shows them.',
      labels: { status: orderStatuses },
      collect: async (figure) => {
        const counts = await source.getRepository(OrderStatusCountRow).find();
        for (const { status, orders } of counts) figure.set({ status }, orders);
      },
    });
  }
}
