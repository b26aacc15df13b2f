import { PaymentCancelled, PaymentPending } from '#libs/contracts/payment/payment.messages.js';
import type { Command } from '../command.js';
import type { Duty } from '../duty.js';
import type { PaymentUnderTest } from './payment-under-test.js';

async function isCancelled(on: PaymentUnderTest, take: Command, nth: number): Promise<void> {
  await on.orchestrator.post(take);
  await on.orchestrator.expect(take, PaymentCancelled, nth);
}

export const dutiesOfRefunding: readonly Duty<PaymentUnderTest>[] = [
  {
    name: 'refund',
    sentence: 'refund-payment is answered with payment-refunded and all that had been taken.',
    check: async (on) => {
      const take = await on.takes();
      await on.gaveBack(take, take.data.amount);
    },
  },
  {
    name: 'refund-again',
    sentence: 'A refund-payment that is asked again is answered again, alike, and gives nothing back twice.',
    check: async (on) => {
      const take = await on.takes();
      const refund = await on.gaveBack(take, take.data.amount);
      await on.ask(refund, take.data.amount, 2);
    },
  },
  {
    name: 'refund-first',
    sentence:
      'A refund-payment that comes before its take-payment is agreed to, with amount null, and kept in mind: the take-payment is then answered with payment-cancelled, and nothing is taken.',
    check: async (on) => {
      const late = on.payment();
      const refund = await on.gaveBack(late, null);
      await isCancelled(on, late, 1);
      await on.ask(refund, null, 2);
    },
  },
  {
    name: 'take-after-refund',
    sentence:
      'A take-payment that comes once more after the refund is answered with payment-cancelled, and takes nothing.',
    check: async (on) => {
      const take = await on.takes();
      const refund = await on.gaveBack(take, take.data.amount);
      await isCancelled(on, take, 2);
      await on.ask(refund, take.data.amount, 2);
    },
  },
  {
    name: 'refund-of-pending',
    sentence: 'A pending payment can be refunded: nothing of it is taken any more, whatever had been agreed.',
    unless: ({ given }) => (given.tokens.pending === undefined ? '--token-pending' : undefined),
    check: async (on) => {
      const take = on.payment(on.amount(12), on.given.tokens.pending);
      await on.orchestrator.post(take);
      await on.orchestrator.expect(take, PaymentPending);
      const refund = on.refundOf(take);
      await on.orchestrator.post(refund);
      await on.orchestrator.answer(refund);
      await isCancelled(on, take, on.orchestrator.answers(take).length + 1);
    },
  },
];
