import { keepsNothing } from '../books/accounts.js';
import { books, type ChargeItem, type PaymentItem } from '../books/listing.js';
import type { Command } from '../command.js';
import { owed, type Duty } from '../duty.js';
import { isSameAmount } from '../money.js';
import type { PaymentUnderTest } from './payment-under-test.js';

/** One that is taken, and one that was given back. */
async function takenAndRefunded(on: PaymentUnderTest) {
  const [taken, refunded] = [await on.takes(), await on.takes(on.amount(13))];
  await on.gaveBack(refunded, refunded.data.amount);
  return { taken, refunded };
}

function found<Item>(items: readonly Item[], isIt: (item: Item) => boolean, { about }: Command): Item {
  const item = items.find(isIt);
  owed(item !== undefined, `${about} to be in it`, 'a book without it');
  return item!;
}

/** order-service compares both books with its own, and has given back what it knows of no order that has a right to it. */
export const dutiesOfListing: readonly Duty<PaymentUnderTest>[] = [
  {
    name: 'list-payments',
    sentence:
      'list-payments is answered with payments-listed: every payment that it was ever asked for, tombstones included, with its order, its amount and how it stands.',
    check: async (on) => {
      const { taken, refunded } = await takenAndRefunded(on);
      const tombstone = on.payment();
      await on.gaveBack(tombstone, null);
      const { declined: token } = on.given.tokens;
      const declined = token === undefined ? [] : [on.payment(on.amount(12), token)];
      for (const take of declined) await on.declines(take);
      const items = await on.list(books.payments);
      const stands = (take: Command, status: PaymentItem['status'], amount: unknown): void => {
        const item = found(items, ({ paymentId }) => paymentId === take.about, take);
        const isRight =
          item.status === status && item.orderId === take.orderId && isSameAmount(item.amount, amount);
        const expected = { orderId: take.orderId, status, amount };
        owed(isRight, JSON.stringify(expected), JSON.stringify(item));
      };
      stands(taken, 'TAKEN', taken.data.amount);
      stands(refunded, 'REFUNDED', refunded.data.amount);
      stands(tombstone, 'CANCELLED', null);
      for (const take of declined) stands(take, 'DECLINED', take.data.amount);
    },
  },
  {
    name: 'list-charges',
    sentence:
      "list-charges is answered with charges-listed: what the payment provider has in its ledger, captured, refunded and pending, with the payment's id as its key.",
    check: async (on) => {
      const { taken, refunded } = await takenAndRefunded(on);
      const items = await on.list(books.charges);
      const charge = (take: Command): ChargeItem => found(items, ({ key }) => key === take.about, take);
      const [kept, gone] = [charge(taken), charge(refunded)];
      const isKept = isSameAmount(kept.captured, taken.data.amount) && !kept.refunded && !kept.pending;
      owed(isKept, 'all of it captured, nothing refunded or pending', JSON.stringify(kept));
      const isGone = isSameAmount(gone.captured, refunded.data.amount) && keepsNothing(gone);
      owed(isGone, 'all of it captured and refunded', JSON.stringify(gone));
    },
  },
];
