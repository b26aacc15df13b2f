import { derivedId } from '#libs/kernel/ids.js';

/**
 * The sagas of an order have ids that follow from the order's: the primary key says that there is at most one of a kind,
 * and none has to be looked up.
 */
export const placeOrderSagaId = (orderId: string): string => orderId;

/** For what a participant did for nobody. What reconciliation found has other ids. */
export const giveBackSagaId = (id: string): string => derivedId(id, 'give-back');

export const cancelOrderSagaId = (orderId: string): string => derivedId(orderId, 'cancel-order');
