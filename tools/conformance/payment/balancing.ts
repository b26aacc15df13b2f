import { differencesInCharges, differencesInPayments } from '../books/accounts.js';
import { books } from '../books/listing.js';
import { agrees } from '../any/standing.js';
import type { Duty } from '../duty.js';
import type { PaymentUnderTest } from './payment-under-test.js';

/** The end of a run, when all that was asked has been given back. */
export const dutiesOfBalancing: readonly Duty<PaymentUnderTest>[] = [
  {
    name: 'books-of-payments',
    sentence: 'In the end, list-payments tells the same of every payment as its answers did.',
    standsOn: ['list-payments'],
    check: async (on) => agrees(differencesInPayments(on.histories(), await on.list(books.payments))),
  },
  {
    name: 'books-of-charges',
    sentence:
      "In the end, the provider's ledger agrees with its answers: each payment captured at most once, nothing kept of what was given back, and nothing that nobody asked for.",
    standsOn: ['list-charges'],
    check: async (on) => agrees(differencesInCharges(on.histories(), await on.list(books.charges))),
  },
];
