import {
  PaymentCancelled,
  PaymentDeclined,
  PaymentPending,
  PaymentTaken,
} from '#libs/contracts/payment/payment.messages.js';
import { maxLoad, needsRestart } from '../any/restarting.js';
import { owed, type Duty } from '../duty.js';
import { typeOf } from '../reply.js';
import { cameLine } from '../transcript.js';
import type { PaymentUnderTest } from './payment-under-test.js';

/** Commands that are in hand when the participant is killed, and what it has to know when it is back. */
export const dutiesOfRestarting: readonly Duty<PaymentUnderTest>[] = [
  {
    name: 'restart-in-hand',
    sentence:
      'Killed at any moment, also between a charge and its answer, it answers what it had in hand when it is back, and has charged each payment once.',
    unless: needsRestart,
    check: async (on) => {
      const { slow } = on.given.tokens;
      const before = slow === undefined ? [] : [on.payment(on.amount(12), slow)];
      for (const take of before) await on.orchestrator.post(take);
      const takes = [...before, ...(await on.restartUnderLoad(() => on.payment(), maxLoad))];
      for (const take of takes) {
        const reply = await on.orchestrator.answer(take, 1, on.context.restartSeconds);
        owed(typeOf(reply) === PaymentTaken.type, PaymentTaken.type, cameLine(reply));
      }
      for (const take of takes) await on.gaveBack(take, take.data.amount);
    },
  },
  {
    name: 'restart-remembers',
    sentence:
      'Killed and started again, it knows what it knew: what is taken, what was declined, what was given back, and what must never be taken.',
    unless: needsRestart,
    check: async (on) => {
      const { declined: token } = on.given.tokens;
      const [taken, refunded, late] = [await on.takes(), await on.takes(), on.payment()];
      const refund = await on.gaveBack(refunded, refunded.data.amount);
      await on.gaveBack(late, null);
      const declined = token === undefined ? [] : [on.payment(on.amount(12), token)];
      for (const take of declined) await on.declines(take);
      await on.restart();
      await on.tookAll(taken, 2);
      await on.ask(refund, refunded.data.amount, 2);
      await on.orchestrator.post(late);
      await on.orchestrator.expect(late, PaymentCancelled);
      for (const take of declined) {
        await on.orchestrator.post(take);
        await on.orchestrator.expect(take, PaymentDeclined, 2);
      }
      await on.gaveBack(taken, taken.data.amount);
    },
  },
  {
    name: 'restart-pending',
    sentence: 'Killed and started again, it settles what was pending, and tells of it.',
    unless: ({ given, context }) =>
      given.tokens.pending === undefined ? '--token-pending' : needsRestart({ context } as PaymentUnderTest),
    check: async (on) => {
      const take = on.payment(on.amount(12), on.given.tokens.pending);
      await on.orchestrator.post(take);
      await on.orchestrator.expect(take, PaymentPending);
      await on.restart();
      const reply = await on.orchestrator.answer(take, 2, on.given.settleSeconds);
      const types: readonly string[] = [PaymentTaken.type, PaymentDeclined.type];
      owed(types.includes(typeOf(reply)), 'payment-taken or payment-declined', cameLine(reply));
    },
  },
];
