import { holdRow } from '../../tools/faults/held-row.js';
import type { OwnOrder } from '../../tools/faults/greedy-habits.js';
import type { ServicesUnderTest } from '../system-under-test/services-under-test.js';
import { literalOf, placeOwnOrder } from './own-order.js';

export interface PendingOrder extends OwnOrder {
  /** It may be settled now. */
  release(): Promise<void>;
}

/** Places an order of the attacker that stays pending: its saga is held, as if a participant were away. */
export async function placePendingOrder(services: ServicesUnderTest): Promise<PendingOrder> {
  const order = await placeOwnOrder(services, 'tok_slow');
  const which = `WHERE subject = ${literalOf(order.id)}`;
  const saga = await holdRow(services.places.databases.orders, { table: 'sagas', key: 'id', which });
  if (!saga) throw new Error(`the saga of order ${order.id} could not be locked`);
  return { ...order, release: () => saga.release() };
}
