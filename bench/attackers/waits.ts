import { habitsOf } from '../../tools/faults/greedy-habits.js';
import type { Attack } from './attack.js';
import { call } from './greedy-caller.js';
import { attackerToken } from './own-order.js';
import { placePendingOrder } from './pending-order.js';

/** A customer who waits for one order on each connection, again and again. */
export const waits: Attack = {
  name: 'waits',
  begin: async (on) => {
    const order = await placePendingOrder(on.services);
    const habit = habitsOf(attackerToken(on.services), order).waits;
    const caller = await call(on, { url: on.services.orderUrl, connections: 1_005, habit });
    return { end: () => caller.end().finally(() => order.release()) };
  },
};
