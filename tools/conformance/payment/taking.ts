import {
  PaymentCancelled,
  PaymentDeclined,
  PaymentPending,
  PaymentTaken,
} from '#libs/contracts/payment/payment.messages.js';
import { DutyBroken, owed, type Duty } from '../duty.js';
import { typeOf } from '../reply.js';
import { cameLine } from '../transcript.js';
import type { PaymentUnderTest } from './payment-under-test.js';

const copies = 20;

export const dutiesOfTaking: readonly Duty<PaymentUnderTest>[] = [
  {
    name: 'take',
    sentence: 'take-payment is answered with payment-taken and the whole amount.',
    check: async (on) => void (await on.takes()),
  },
  {
    name: 'take-exact',
    sentence:
      'Amounts are exact: currencies with no decimals and with three, the smallest amount and a large one.',
    check: async (on) => {
      for (const amount of [
        { amount: '1200', currency: 'JPY' },
        { amount: '1.234', currency: 'KWD' },
        { amount: '0.01', currency: 'USD' },
        { amount: '0.29', currency: 'USD' },
        { amount: '9999999.99', currency: 'EUR' },
      ]) {
        await on.gaveBack(await on.takes(amount), amount);
      }
    },
  },
  {
    name: 'take-declined',
    sentence: 'A payment that is declined is answered with payment-declined and a code; nothing is taken.',
    unless: ({ given }) => (given.tokens.declined === undefined ? '--token-declined' : undefined),
    check: async (on) => {
      const take = on.payment(on.amount(12), on.given.tokens.declined);
      await on.declines(take);
      await on.gaveBack(take, null);
    },
  },
  {
    name: 'take-redelivered',
    sentence: 'The same message again (same id) takes nothing more; if it is answered again, then alike.',
    check: async (on) => {
      const take = on.payment();
      const sent = await on.orchestrator.post(take);
      await on.orchestrator.expect(take, PaymentTaken);
      await on.orchestrator.repost(sent);
      await on.goesOn();
      await on.gaveBack(take, take.data.amount);
      // The second may be handled when the refund has been, and is told so then.
      const alike: readonly string[] = [PaymentTaken.type, PaymentCancelled.type];
      for (const reply of on.orchestrator.answers(take)) {
        owed(alike.includes(typeOf(reply)), 'payment-taken', cameLine(reply));
      }
    },
  },
  {
    name: 'take-asked-again',
    sentence:
      'The same command again (same commandid, a new message) is answered again, alike, and charges nothing more.',
    check: async (on) => {
      const take = await on.takes();
      await on.tookAll(take, 2);
      await on.gaveBack(take, take.data.amount);
    },
  },
  {
    name: 'declined-asked-again',
    sentence: 'A payment that was declined stays declined when it is asked for again.',
    unless: ({ given }) => (given.tokens.declined === undefined ? '--token-declined' : undefined),
    check: async (on) => {
      const take = on.payment(on.amount(12), on.given.tokens.declined);
      await on.declines(take);
      await on.orchestrator.post(take);
      await on.orchestrator.expect(take, PaymentDeclined, 2);
    },
  },
  {
    name: 'take-many-at-once',
    sentence: `${copies} copies of a command at once make one charge.`,
    check: async (on) => {
      const take = on.payment();
      const sent = await on.orchestrator.post(take);
      const more = Array.from({ length: copies - 1 }, (_, n) => n);
      await Promise.all(more.map((n) => (n % 2 ? on.orchestrator.repost(sent) : on.orchestrator.post(take))));
      for (let nth = 1; nth <= copies / 2; nth += 1) await on.orchestrator.expect(take, PaymentTaken, nth);
      await on.gaveBack(take, take.data.amount);
    },
  },
  {
    name: 'take-asked-again-meanwhile',
    sentence: 'A command that is asked again while it is worked on makes one charge.',
    unless: ({ given }) => (given.tokens.slow === undefined ? '--token-slow' : undefined),
    check: async (on) => {
      const take = on.payment(on.amount(12), on.given.tokens.slow);
      await on.orchestrator.post(take);
      // The answer to something else shows that the first is in hand by now.
      await on.goesOn();
      await on.orchestrator.post(take);
      await on.orchestrator.expect(take, PaymentTaken);
      await on.orchestrator.expect(take, PaymentTaken, 2);
      await on.gaveBack(take, take.data.amount);
    },
  },
  {
    name: 'take-again-expired',
    sentence:
      'A take-payment that was carried out before its expiry is answered alike when it comes again after it.',
    check: async (on) => {
      const take = on.payment();
      await on.orchestrator.postInTime(take);
      await on.orchestrator.expect(take, PaymentTaken);
      await on.orchestrator.postLate(take);
      await on.orchestrator.expect(take, PaymentTaken, 2);
      await on.gaveBack(take, take.data.amount);
    },
  },
  {
    name: 'take-expired',
    optional: true,
    sentence:
      'A take-payment that comes first after its expiry is answered with payment-cancelled, and kept in mind: whenever it comes again it is answered so, and nothing is taken.',
    check: async (on) => {
      const take = on.payment();
      await on.orchestrator.postLate(take);
      await on.orchestrator.expect(take, PaymentCancelled);
      await on.orchestrator.postInTime(take);
      await on.orchestrator.expect(take, PaymentCancelled, 2);
      await on.gaveBack(take, null);
    },
  },
  {
    name: 'take-other-amount',
    sentence:
      'A payment that is known, asked for with another amount, is not answered as taken, and takes no more.',
    check: async (on) => {
      const take = await on.takes(on.amount(12));
      const other = on.payment(on.amount(13));
      const again = { ...other, about: take.about, data: { ...other.data, paymentId: take.about } };
      await on.orchestrator.post(again);
      await on.staysUnanswered([again], PaymentTaken);
      await on.gaveBack(take, take.data.amount);
    },
  },
  {
    name: 'pending-settles',
    sentence:
      'What is not settled yet may be answered with payment-pending; payment-taken or payment-declined follows, for the same command.',
    unless: ({ given }) => (given.tokens.pending === undefined ? '--token-pending' : undefined),
    check: async (on) => {
      const take = on.payment(on.amount(12), on.given.tokens.pending);
      await on.orchestrator.post(take);
      await on.orchestrator.expect(take, PaymentPending);
      const reply = await on.orchestrator.answer(take, 2, on.given.settleSeconds);
      const types: readonly string[] = [PaymentTaken.type, PaymentDeclined.type];
      if (!types.includes(typeOf(reply)))
        throw new DutyBroken('payment-taken or payment-declined', cameLine(reply));
      await on.gaveBack(take, typeOf(reply) === PaymentTaken.type ? take.data.amount : null);
    },
  },
  {
    name: 'many-orders',
    sentence: 'Commands of many orders at once are each answered with the ids and the amount of their own.',
    check: async (on) => {
      const takes = Array.from({ length: 20 }, (_, n) => on.payment(on.amount(n + 1)));
      await Promise.all(takes.map((take) => on.orchestrator.post(take)));
      for (const take of takes)
        on.isAmount(await on.orchestrator.expect(take, PaymentTaken), take.data.amount);
    },
  },
];
