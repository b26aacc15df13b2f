import { holdRow } from '../../tools/faults/held-row.js';
import type { Attack } from './attack.js';
import { call } from './greedy-caller.js';
import { attackerToken, literalOf, placeOwnOrder } from './own-order.js';

/** A locked row, as a report or a repair by hand would leave it, and two clients that cancel just that order all the time. */
export const heldRow: Attack = {
  name: 'held row',
  begin: async (on) => {
    const { id } = await placeOwnOrder(on.services);
    const which = `WHERE id = ${literalOf(id)}`;
    const row = await holdRow(on.services.places.databases.orders, { table: 'orders', key: 'id', which });
    if (!row) throw new Error(`the row of order ${id} could not be locked`);
    const cancellation = {
      method: 'POST',
      path: `/api/orders/${id}/cancel`,
      headers: { authorization: `Bearer ${attackerToken(on.services)}` },
      body: '{}',
    } as const;
    const cancellations = await call(on, {
      url: on.services.orderUrl,
      connections: 2,
      habit: { requests: [cancellation], againAfterMs: 100 },
    });
    return { end: () => cancellations.end().finally(() => row.release()) };
  },
};
