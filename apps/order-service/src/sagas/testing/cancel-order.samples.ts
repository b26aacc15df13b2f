import { PaymentRefunded } from '#libs/contracts/payment/payment.messages.js';
import type { SagaSamples } from '#libs/saga/testing/recording.js';
import type { CancelOrderData } from '../cancel-order.saga.js';

const total = { amount: '59.98', currency: 'USD' };

const paid: CancelOrderData = {
  orderId: 'order',
  reservationId: 'reservation',
  payment: { paymentId: 'payment', amount: total },
};

export const samples: SagaSamples<CancelOrderData> = {
  begunWith: { paid, 'to be paid on delivery': { ...paid, payment: null } },
  answers: { [PaymentRefunded.type]: [{ amount: total }] },
};
