import { SagaDefinitions } from '#libs/saga/definition';
import { cancelOrderSaga } from './cancel-order.saga.js';
import { giveBackSaga } from './give-back.saga.js';
import { placeOrderSaga } from './place-order.saga.js';
import { placeOrderSagaV1 } from './place-order.v1.saga.js';
import type { OrderAct } from './order-act.js';

/** Every saga of the service, every version that may still have instances. */
export const orderSagas = new SagaDefinitions<OrderAct>([
  placeOrderSagaV1,
  placeOrderSaga,
  cancelOrderSaga,
  giveBackSaga,
]);
