import { sagas } from '#libs/saga/runner/saga.row.js';
import { reservations } from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import { orders, type OrderRow } from '../../../apps/order-service/src/persistence/order.row.js';
import type { Databases } from '../services/cluster.js';
import type { LedgerEntry, SimulatedProvider } from '../world/simulated-provider.js';
import type { Untruths } from '../world/untruths.js';
import { changesOf, type Report, type CommitObserver } from './commit-observer.js';

/** What must be true of money and stock at the moment in which an order takes a status. */
const truths: Readonly<Partial<Record<OrderRow['status'], { paid: boolean; stock: readonly string[] }>>> = {
  CONFIRMED: { paid: true, stock: ['COMMITTED'] },
  // Called off while it was confirmed: both in one commit.
  CANCELLING: { paid: true, stock: ['COMMITTED'] },
  REJECTED: { paid: false, stock: ['none', 'SHORT', 'RELEASED', 'CANCELLED'] },
  CANCELLED: { paid: false, stock: ['RETURNED'] },
};

/** The status of an order is true of its money and stock whenever it changes. */
export const watchTruth =
  (
    { orders: database, inventory }: Databases,
    bank: SimulatedProvider,
    untruths: Untruths,
    report: Report,
  ): CommitObserver =>
  (commit) => {
    for (const { before, after } of changesOf(commit, orders)) {
      const truth = after && truths[after.status];
      if (!truth || before?.status === after.status) continue;
      const saga = database.peek(sagas, after.id);
      if (!saga) return report('every order has its saga', after.id);
      const { reservationId, paymentId } = saga.data as { reservationId: string; paymentId: string };
      const entry = bank.ledger.get(paymentId);
      const kept = (entry?.capturedMinor ?? 0) - (entry?.refundedMinor ?? 0);
      const due = truth.paid && after.details.payment.method === 'card' ? after.totalMinor : 0;
      // Whom it lied to cannot know; reconciliation finds it.
      if (kept !== due && !untruths.payments.has(paymentId)) {
        report(
          'a confirmed order is paid, a rejected or cancelled one is not',
          `${after.id} is ${after.status}, kept ${kept} of ${due}`,
        );
      }
      const held = inventory.peek(reservations, reservationId)?.status ?? 'none';
      if (!truth.stock.includes(held)) {
        report(
          'stock is sold to a confirmed order, and neither held nor sold for any other that is over',
          `${after.id} is ${after.status}, its reservation ${held}`,
        );
      }
    }
  };

/** A key is charged once, given back at most once, and never charged when it is dead. */
export const watchLedger =
  (bank: SimulatedProvider, report: Report) =>
  (entry: LedgerEntry, what: string): void => {
    const { key, orderId, captures, capturedMinor, refundedMinor, dead } = entry;
    if (captures > 1) report('a payment is captured once', `key ${key}: ${captures} times`);
    if (refundedMinor > capturedMinor) report('no more is given back than was taken', `key ${key}`);
    if (dead && what !== 'refunded') report('a dead key is never charged', `key ${key}`);
    const charged = [...bank.ledger.values()].filter(
      (other) => other.orderId === orderId && other.captures > 0 && !bank.strays.has(other.key),
    );
    if (charged.length > 1) {
      report(
        'an order is charged once',
        `order ${orderId}: keys ${charged.map((other) => other.key).join(', ')}`,
      );
    }
  };
