import type { EntityManager } from 'typeorm';
import type { Prunable } from '#libs/persistence/housekeeping';
import { sagaPruning } from '#libs/saga/runner';
import { orderStatuses } from '../domain/order-status.js';
import { needsItsSagas } from '../domain/cancellation.js';

const withoutNeed = orderStatuses.filter((status) => !needsItsSagas(status));

/**
 * Orders that can still be called off need the saga that placed them, however old it is: only it knows which stock to
 * return (start-cancel-order.ts). By the order's last change, not only the saga's end: all sagas of an order go at about
 * the same time, and whoever finds none knows from the order that they may have been pruned.
 */
async function ordersInNeed(
  manager: EntityManager,
  orderIds: readonly Buffer[],
  before: Date,
): Promise<ReadonlySet<string>> {
  const rows: { id: Buffer }[] = await manager.query(
    'SELECT id FROM orders WHERE id IN (?) AND NOT (status IN (?) AND updated_at < ?)',
    [orderIds, withoutNeed, before],
  );
  return new Set(rows.map(({ id }) => id.toString('hex')));
}

export const orderSagaPruning = (keepDays: number): Prunable =>
  sagaPruning({ keepDays, stillNeeded: ordersInNeed });
