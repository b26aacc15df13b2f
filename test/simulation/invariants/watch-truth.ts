import { orders } from '../../../apps/order-service/src/persistence/order.row.js';
import { reservations } from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import { sagas } from '#libs/saga/saga.row.js';
import type { Databases } from '../services/cluster.js';
import type { LedgerEntry, SimulatedProvider } from '../world/simulated-provider.js';
import { changesOf, type Report, type Watcher } from './watcher.js';

/** What an order that is over says of money and stock is true in the moment in which it is said. */
export const watchTruth =
  ({ orders: database, inventory }: Databases, bank: SimulatedProvider, report: Report): Watcher =>
  (commit) => {
    for (const { before, after } of changesOf(commit, orders)) {
      if (!after || before?.status !== 'PENDING') continue;
      const saga = database.peek(sagas, after.id);
      if (!saga) return report('every order has its saga', after.id);
      const { reservationId, paymentId } = saga.data as { reservationId: string; paymentId: string };
      const entry = bank.ledger.get(paymentId);
      const kept = (entry?.capturedMinor ?? 0) - (entry?.refundedMinor ?? 0);
      const isConfirmed = after.status === 'CONFIRMED';
      const due = isConfirmed && after.details.payment.method === 'card' ? after.totalMinor : 0;
      if (kept !== due) {
        report(
          'a confirmed order is paid, a rejected one is not',
          `${after.id} is ${after.status}, kept ${kept} of ${due}`,
        );
      }
      const held = inventory.peek(reservations, reservationId)?.status ?? 'none';
      if (isConfirmed ? held !== 'COMMITTED' : held === 'RESERVED' || held === 'COMMITTED') {
        report(
          'stock is sold to a confirmed order and not held for a rejected one',
          `${after.id} is ${after.status}, its reservation ${held}`,
        );
      }
    }
  };

/** A key is charged once, given back at most once, and never charged when it is dead. */
export const watchLedger =
  (bank: SimulatedProvider | undefined, report: Report) =>
  (entry: LedgerEntry, what: string): void => {
    const { key, orderId, captures, capturedMinor, refundedMinor, dead } = entry;
    if (captures > 1) report('a payment is captured once', `key ${key}: ${captures} times`);
    if (refundedMinor > capturedMinor) report('no more is given back than was taken', `key ${key}`);
    if (dead && what !== 'refunded') report('a dead key is never charged', `key ${key}`);
    const keys = [...(bank?.ledger.values() ?? [])].filter((other) => other.orderId === orderId);
    if (keys.filter((other) => other.captures > 0).length > 1) {
      report(
        'an order is charged once',
        `order ${orderId}: keys ${keys.map((other) => other.key).join(', ')}`,
      );
    }
  };
