import {
  PaymentCancelled,
  PaymentPending,
  PaymentRefunded,
  PaymentTaken,
} from '#libs/contracts/payment/payment.messages.js';
import type { WireMoney } from '#libs/contracts/shapes.js';
import type { Command } from '../command.js';
import { DutyBroken, owed, type Duty } from '../duty.js';
import { dataOf, typeOf } from '../reply.js';
import { cameLine } from '../transcript.js';
import type { PaymentUnderTest } from './payment-under-test.js';

async function isCancelled(on: PaymentUnderTest, take: Command, nth: number): Promise<void> {
  await on.orchestrator.post(take);
  await on.orchestrator.expect(take, PaymentCancelled, nth);
}

async function refunds(on: PaymentUnderTest, take: Command) {
  const refund = on.refundOf(take);
  await on.orchestrator.post(refund);
  const reply = await on.orchestrator.expect(refund, PaymentRefunded);
  return { refund, amount: dataOf(reply)['amount'] as WireMoney | null };
}

/** Waits until a payment has settled that became pending later: by then, those before it would have. */
async function othersSettle(on: PaymentUnderTest): Promise<void> {
  const later = on.payment(on.amount(12), on.given.tokens.pending);
  await on.orchestrator.post(later);
  await on.orchestrator.expect(later, PaymentPending);
  await on.orchestrator.answer(later, 2, on.given.settleSeconds).catch((error: unknown) => {
    // That it settles at all is a duty of its own.
    if (!(error instanceof DutyBroken)) throw error;
  });
  await on.staysUnanswered([]);
}

/** Where nothing had been given back, nothing may have been taken. */
function isNotTaken(on: PaymentUnderTest, take: Command, givenBack: WireMoney | null): void {
  const taken = on.orchestrator.answers(take).find((reply) => typeOf(reply) === PaymentTaken.type);
  owed(
    !taken || givenBack !== null,
    'nothing taken, as nothing was given back',
    taken ? cameLine(taken) : '',
  );
}

async function staysRefunded(on: PaymentUnderTest, take: Command, refund: Command, amount: WireMoney | null) {
  await isCancelled(on, take, on.orchestrator.answers(take).length + 1);
  await on.ask(refund, amount, 2);
  await on.keepsNothing(take);
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
    sentence:
      'A pending payment can be refunded: nothing of it is taken any more, whatever had been agreed, also when its time to settle comes.',
    unless: ({ given }) => (given.tokens.pending === undefined ? '--token-pending' : undefined),
    check: async (on) => {
      const take = on.payment(on.amount(12), on.given.tokens.pending);
      await on.orchestrator.post(take);
      await on.orchestrator.expect(take, PaymentPending);
      const { refund, amount } = await refunds(on, take);
      await othersSettle(on);
      isNotTaken(on, take, amount);
      await staysRefunded(on, take, refund, amount);
    },
  },
  {
    name: 'refund-during-charge',
    sentence:
      'A refund-payment that comes while its take-payment is worked on leaves nothing of it: either it gives all of it back, or nothing is captured any more, and the take-payment is answered with payment-cancelled.',
    unless: ({ given }) => (given.tokens.slow === undefined ? '--token-slow' : undefined),
    check: async (on) => {
      const take = on.payment(on.amount(12), on.given.tokens.slow);
      await on.orchestrator.post(take);
      // The answer to something else shows that the first is in hand by now.
      await on.goesOn();
      const { refund, amount } = await refunds(on, take);
      await on.orchestrator.answer(take);
      isNotTaken(on, take, amount);
      if (amount !== null) on.isAmount(await on.orchestrator.answer(refund), take.data.amount);
      await staysRefunded(on, take, refund, amount);
    },
  },
];
