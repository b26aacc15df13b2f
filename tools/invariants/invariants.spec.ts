import { describe, expect, it } from '@jest/globals';

import { invariants, violationsOf } from './invariants.js';
import type { Snapshot } from './snapshot.js';

/** A shop after one confirmed order for two tables and one that was rejected. */
const sound = (): Mutable<Snapshot> => ({
  orders: [order('a', 'CONFIRMED'), order('b', 'REJECTED')],
  sagas: [saga('a', 'completed'), saga('b', 'rolled-back')],
  timelines: ['a', 'b'].flatMap((sagaId) => [1, 2].map((revision) => ({ sagaId, revision }))),
  views: [view('a', 'CONFIRMED'), view('b', 'REJECTED')],
  orderCounts: new Map([['cust', 2]]),
  reservations: [
    { id: 'r-a', status: 'COMMITTED', quantities: new Map([['TABLE', 2]]) },
    { id: 'r-b', status: 'RELEASED', quantities: new Map([['TABLE', 2]]) },
  ],
  stock: [{ sku: 'TABLE', available: 8, reserved: 0, sold: 2 }],
  adjustments: new Map([['TABLE', 10]]),
  payments: [],
  ledger: [{ key: 'p-a', currency: 'USD', capturedMinor: 500, refundedMinor: 0 }],
  unsent: new Map([['orders', 0]]),
  queued: new Map([['inventory.commands', 0]]),
});

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const order = (id: string, status: string) => ({
  id,
  status,
  customerId: 'cust',
  version: 2,
  currency: 'USD',
  totalMinor: 500,
  paymentMethod: 'card',
  quantities: new Map([['TABLE', 2]]),
});
const saga = (id: string, status: string) => ({
  id,
  saga: 'place-order',
  subject: id,
  status,
  revision: 2,
  reservationId: `r-${id}`,
  paymentId: `p-${id}`,
  keepsToken: false,
});
const view = (id: string, status: string) => ({
  id,
  status,
  customerId: 'cust',
  version: 2,
  totalMinor: 500,
  document: { status } as Snapshot['views'][number]['document'],
});

/** For each invariant, the smallest thing that breaks it. */
const breaks: Record<string, (shop: Mutable<Snapshot>) => void> = {
  'every order has one place-order saga, and every such saga its order': (shop) => {
    shop.sagas = shop.sagas.slice(0, 1);
  },
  "every saga has ended, and its order's status agrees": (shop) => {
    shop.sagas = [saga('a', 'running'), saga('b', 'rolled-back')];
  },
  'an order has changed once for each of its versions': (shop) => {
    shop.orders = [{ ...order('a', 'CONFIRMED'), version: 3 }, shop.orders[1]!];
  },
  'a confirmed order is paid in full and once, any other not at all, by the book of the provider': (shop) => {
    shop.ledger = [{ ...shop.ledger[0]!, capturedMinor: 1000, refundedMinor: 500 }];
  },
  'no charge without an order': (shop) => {
    shop.ledger = [...shop.ledger, { key: 'p-x', currency: 'USD', capturedMinor: 1, refundedMinor: 1 }];
  },
  'stock adds up: what was put in is available, reserved or sold; nothing is negative': (shop) => {
    shop.adjustments = new Map([['TABLE', 11]]);
  },
  'what is sold is what confirmed orders bought, and nothing is held for an order that is over': (shop) => {
    shop.stock = [{ sku: 'TABLE', available: 7, reserved: 1, sold: 2 }];
  },
  'a reservation ended as its order did': (shop) => {
    shop.reservations = [{ ...shop.reservations[0]!, status: 'RESERVED' }];
  },
  'the timeline of a saga has an entry for each of its revisions': (shop) => {
    shop.timelines = shop.timelines.slice(1);
  },
  'each view shows what the write side has, and belongs to the same customer': (shop) => {
    shop.views = [{ ...view('a', 'CONFIRMED'), customerId: 'other' }, shop.views[1]!];
  },
  'the count of a customer is the number of their orders': (shop) => {
    shop.orderCounts = new Map([['cust', 3]]);
  },
  'everything that was to be sent has been sent': (shop) => {
    shop.unsent = new Map([['orders', 1]]);
  },
  'queues are empty, and nothing is parked': (shop) => {
    shop.queued = new Map([['inventory.commands.parked', 1]]);
  },
  'no saga that is over keeps a payment token': (shop) => {
    shop.sagas = [{ ...saga('a', 'completed'), keepsToken: true }, shop.sagas[1]!];
  },
};

describe('the invariants', () => {
  it('hold in a sound shop', () => {
    expect(violationsOf(sound())).toEqual([]);
  });

  it.each(invariants.map(({ name }) => name))('notice when it is not so that %s', (name) => {
    const shop = sound();
    breaks[name]!(shop);
    expect(violationsOf(shop).filter((violation) => violation.startsWith(name))).not.toEqual([]);
  });

  it('notice a rejected order that was charged, and a confirmed one that was not', () => {
    const shop = sound();
    shop.ledger = [{ key: 'p-b', currency: 'USD', capturedMinor: 500, refundedMinor: 0 }];
    expect(violationsOf(shop)).toHaveLength(2);
  });
});
