import { Injectable } from '@nestjs/common';
import {
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
  orderStatuses,
} from '#libs/contracts/order/order.messages.js';
import { outboxTable } from '#libs/messaging/outbox.row.js';
import { counter } from '#libs/observability/metrics.js';
import { InjectUnitOfWork } from '#libs/persistence/persistence.module.js';
import type { UnitOfWork } from '#libs/persistence/unit-of-work.js';

/** How orders come in. */
export const channels = ['http'] as const;

/**
 * Counts what happened to orders, after the commit and from what was committed: a unit may be decided more than once, and
 * one that was rolled back has done nothing.
 */
@Injectable()
export class OrderMetrics {
  private readonly placed = counter({
    name: 'orders_placed_total',
    help: 'Orders that were accepted, by how they came in.',
    labels: { channel: channels },
  });

  private readonly transitions = counter({
    name: 'orders_status_transitions_total',
    help: 'Changes of the status of orders.',
    labels: { from: orderStatuses, to: orderStatuses },
  });

  constructor(@InjectUnitOfWork() units: UnitOfWork) {
    units.onCommitted(outboxTable, (messages) => {
      for (const { type } of messages) this.count(type);
    });
  }

  private count(type: string): void {
    if (type === OrderPlaced.type) this.placed.inc({ channel: 'http' });
    if (type === OrderConfirmed.type) this.transitions.inc({ from: 'PENDING', to: 'CONFIRMED' });
    if (type === OrderRejected.type) this.transitions.inc({ from: 'PENDING', to: 'REJECTED' });
  }
}
