import { Injectable } from '@nestjs/common';
import {
  OrderPlaced,
  orderEvents,
  orderStatuses,
  type OrderEventData,
} from '#libs/contracts/order/order.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { outboxTable } from '#libs/messaging/outbox';
import { counter } from '#libs/observability';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { mayBecome } from '../domain/order-status.js';

/** How orders come in. */
export const channels = ['http'] as const;

const changes = new Set<string>(orderEvents.map(({ type }) => type));

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
    combinations: orderStatuses.flatMap((from) =>
      orderStatuses.filter((to) => to !== from && mayBecome(from, to)).map((to) => ({ from, to })),
    ),
  });

  constructor(@InjectUnitOfWorkRunner() units: UnitOfWorkRunner) {
    units.onCommitted(outboxTable, (messages) => {
      for (const message of messages) this.count(message);
    });
  }

  private count({ type, body }: { readonly type: string; readonly body: string }): void {
    if (type === OrderPlaced.type) this.placed.inc({ channel: 'http' });
    else if (changes.has(type)) {
      const { order, previousStatus: from } = (JSON.parse(body) as Envelope<OrderEventData>).data;
      if (from && from !== order.status) this.transitions.inc({ from, to: order.status });
    }
  }
}
