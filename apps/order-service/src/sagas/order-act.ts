import type { CancelOrderAct } from './cancel-order.saga.js';
import type { GaveBackAct } from './give-back.saga.js';
import type { PlaceOrderAct } from './place-order.saga.js';

/** What the sagas of order-service may do to an order. order.binding.ts does it. */
export type OrderAct = PlaceOrderAct | CancelOrderAct | GaveBackAct;
