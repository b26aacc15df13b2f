import type { Caller } from '#libs/kernel/caller.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import type { Order } from '../domain/order.js';
import { StaleOrder } from '../domain/order.errors.js';
import { toOrder } from '../persistence/order.mapper.js';
import { orders } from '../persistence/order.row.js';
import { maySeeCustomer, OrderNotFound } from '../domain/order-access.js';

/** The versions of the order that the caller agrees to change; undefined: any. */
export type ExpectedVersions = readonly number[] | undefined;

/**
 * The order that a caller wants to change, as the unit has locked it.
 * @throws OrderNotFound also when it is somebody else's
 * @throws StaleOrder when the caller has another version in mind
 */
export function orderForChange(
  work: Pick<WorkingSet, 'find'>,
  caller: Caller,
  orderId: string,
  expectedVersions: ExpectedVersions,
): Order {
  const row = work.find(orders, orderId);
  if (!row || !maySeeCustomer(caller, row.customerId)) throw new OrderNotFound(orderId);
  if (expectedVersions && !expectedVersions.includes(row.version)) throw new StaleOrder(orderId, row.version);
  return toOrder(row);
}
