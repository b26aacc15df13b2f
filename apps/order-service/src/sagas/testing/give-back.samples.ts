import { PaymentRefunded } from '#libs/contracts/payment/payment.messages.js';
import type { SagaSamples } from '#libs/saga/testing/recording.js';
import type { GiveBackData } from '../give-back.saga.js';

const givingBack = (kind: GiveBackData['what']['kind']): GiveBackData => ({
  orderId: 'order',
  what: { kind, id: 'item' },
});

export const samples: SagaSamples<GiveBackData> = {
  begunWith: {
    'a charge': givingBack('refund'),
    'stock that is held': givingBack('release'),
    'stock that was sold': givingBack('return'),
  },
  answers: {
    [PaymentRefunded.type]: [{ amount: { amount: '9.99', currency: 'USD' } }, { amount: null }],
  },
};
