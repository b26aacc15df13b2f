import { StockShort } from '#libs/contracts/inventory/inventory.messages.js';
import { PaymentDeclined, PaymentRefunded, PaymentTaken } from '#libs/contracts/payment/payment.messages.js';
import type { SagaSamples } from '#libs/saga/testing/recording.js';
import type { PlaceOrderData } from '../place-order.saga.js';

export const token = 'tok_secret';

const total = { amount: '59.98', currency: 'USD' };

const order: PlaceOrderData = {
  orderId: 'order',
  customerId: 'customer',
  reservationId: 'reservation',
  paymentId: 'payment',
  lines: [{ sku: 'OAK-TABLE', quantity: 2 }],
  total,
  payment: { method: 'card', token },
  paymentStatus: 'PENDING',
};

export const samples: SagaSamples<PlaceOrderData> = {
  begunWith: {
    card: order,
    'cash on delivery': { ...order, payment: { method: 'cash_on_delivery', token: null } },
    'nothing to pay': { ...order, total: { amount: '0.00', currency: 'USD' } },
  },
  answers: {
    [StockShort.type]: [{ shortages: [{ sku: 'OAK-TABLE', requested: 2, available: 1 }] }],
    [PaymentTaken.type]: [{ amount: total }],
    [PaymentDeclined.type]: [{ code: 'declined' }, { code: 'provider-timeout' }],
    [PaymentRefunded.type]: [{ amount: total }, { amount: null }],
  },
};
