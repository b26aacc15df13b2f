import { describe, expect, it } from '@jest/globals';
import { invariants, violationsOf } from './invariants.js';
import type { OrderRecord, SagaRecord, Snapshot } from './snapshot.js';

/** A shop after a confirmed order for two tables, one that was rejected, and one that was cancelled while pending. */
const sound = (): Mutable<Snapshot> => ({
  orders: [order('a', 'CONFIRMED'), order('b', 'REJECTED'), remembered],
  sagas: [saga('a', 'completed'), saga('b', 'rolled-back'), saga('c', 'completed'), cancelSaga('c')],
  timelines: ['a', 'b', 'c', 'cancel-c'].flatMap((sagaId) =>
    [1, 2].map((revision) => ({ sagaId, revision })),
  ),
  views: [view('a', 'CONFIRMED'), view('b', 'REJECTED'), view('c', 'CANCELLED', 5)],
  orderCounts: new Map([['cust', 3]]),
  reservations: [
    { id: 'r-a', status: 'COMMITTED', quantities: new Map([['TABLE', 2]]) },
    { id: 'r-b', status: 'RELEASED', quantities: new Map([['TABLE', 2]]) },
    { id: 'r-c', status: 'RETURNED', quantities: new Map([['TABLE', 2]]) },
  ],
  stock: [{ sku: 'TABLE', available: 8, reserved: 0, sold: 2 }],
  adjustments: new Map([['TABLE', 10]]),
  payments: [],
  ledger: [
    { key: 'p-a', currency: 'USD', capturedMinor: 500, refundedMinor: 0 },
    { key: 'p-c', currency: 'USD', capturedMinor: 500, refundedMinor: 500 },
  ],
  unsent: new Map([['orders', 0]]),
  parked: new Map(),
  queued: new Map([['inventory.commands', 0]]),
});

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const confirmedAt = new Date('2026-01-01T00:05:00Z');
const before = new Date('2026-01-01T00:04:00Z');
const after = new Date('2026-01-01T00:06:00Z');

const paymentStatus: Record<string, string> = {
  CONFIRMED: 'PAID',
  REJECTED: 'DECLINED',
  CANCELLED: 'REFUNDED',
};

const order = (id: string, status: string): OrderRecord => ({
  id,
  status,
  customerId: 'cust',
  version: 2,
  currency: 'USD',
  totalMinor: 500,
  paymentMethod: 'card',
  paymentStatus: paymentStatus[status]!,
  requests: [],
  quantities: new Map([['TABLE', 2]]),
});
const cancelledAt = (at: Date, version: number): OrderRecord => ({
  ...order('c', 'CANCELLED'),
  requests: [{ askedFor: 'CANCELLED', at }],
  version,
});
const remembered = cancelledAt(before, 5);
const saga = (id: string, status: string): SagaRecord => ({
  id,
  saga: 'place-order',
  subject: id,
  status,
  revision: 2,
  finishedAt: confirmedAt,
  reservationId: `r-${id}`,
  paymentId: `p-${id}`,
  keepsToken: false,
});
const cancelSaga = (id: string): SagaRecord => ({
  ...saga(id, 'completed'),
  id: `cancel-${id}`,
  saga: 'cancel-order',
});
const view = (id: string, status: string, version = 2) => ({
  id,
  status,
  customerId: 'cust',
  version,
  totalMinor: 500,
  document: { status } as Snapshot['views'][number]['document'],
});

/** For each invariant, the smallest thing that breaks it. */
const breaks: Record<string, (shop: Mutable<Snapshot>) => void> = {
  'every order has one place-order saga, and every such saga its order': (shop) => {
    shop.sagas = shop.sagas.slice(1);
  },
  'an order is cancelled by one saga, and no other has such a saga': (shop) => {
    shop.sagas = [...shop.sagas, { ...cancelSaga('c'), id: 'another' }];
  },
  'a wish to cancel is not forgotten': (shop) => {
    shop.orders = [{ ...order('a', 'CONFIRMED'), requests: remembered.requests }, ...shop.orders.slice(1)];
  },
  "every saga has ended, and its order's status agrees": (shop) => {
    shop.sagas = [saga('a', 'running'), ...shop.sagas.slice(1)];
  },
  'an order has changed once for each of its versions': (shop) => {
    shop.orders = [{ ...order('a', 'CONFIRMED'), version: 3 }, ...shop.orders.slice(1)];
  },
  'an order says of its payment what became of it': (shop) => {
    shop.orders = [{ ...order('a', 'CONFIRMED'), paymentStatus: 'PENDING' }, ...shop.orders.slice(1)];
  },
  'a confirmed order is paid in full and once, any other not at all, by the book of the provider': (shop) => {
    shop.ledger = [{ ...shop.ledger[0]!, capturedMinor: 1000, refundedMinor: 500 }, shop.ledger[1]!];
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
    shop.reservations = [{ ...shop.reservations[0]!, status: 'RESERVED' }, ...shop.reservations.slice(1)];
  },
  'the timeline of a saga has an entry for each of its revisions': (shop) => {
    shop.timelines = shop.timelines.slice(1);
  },
  'each view shows what the write side has, and belongs to the same customer': (shop) => {
    shop.views = [{ ...view('a', 'CONFIRMED'), customerId: 'other' }, ...shop.views.slice(1)];
  },
  'the count of a customer is the number of their orders': (shop) => {
    shop.orderCounts = new Map([['cust', 4]]);
  },
  'everything that was to be sent has been sent': (shop) => {
    shop.unsent = new Map([['orders', 1]]);
  },
  'queues are empty, and nothing is parked': (shop) => {
    shop.queued = new Map([['inventory.commands.parked', 1]]);
  },
  'no saga that is over keeps a payment token': (shop) => {
    shop.sagas = [{ ...saga('a', 'completed'), keepsToken: true }, ...shop.sagas.slice(1)];
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

  it('notice a parked message that is out of its queue already', () => {
    const shop = sound();
    shop.parked = new Map([['inventory.commands', 1]]);
    expect(violationsOf(shop)).toHaveLength(1);
  });

  it('notice a rejected order that was charged, and a confirmed one that was not', () => {
    const shop = sound();
    shop.ledger = [{ key: 'p-b', currency: 'USD', capturedMinor: 500, refundedMinor: 0 }, shop.ledger[1]!];
    expect(violationsOf(shop)).toHaveLength(2);
  });

  it('notice a cancelled order whose money or stock did not come back', () => {
    const shop = sound();
    shop.ledger = [shop.ledger[0]!, { ...shop.ledger[1]!, refundedMinor: 0 }];
    shop.reservations = [...shop.reservations.slice(0, 2), { ...shop.reservations[2]!, status: 'COMMITTED' }];
    shop.stock = [{ sku: 'TABLE', available: 6, reserved: 0, sold: 4 }];
    expect(violationsOf(shop).map((violation) => violation.split(':').at(-1)?.trim())).toEqual([
      '0 refunded of 500',
      '500 kept, 0 due',
      '4 sold, 2 bought',
      expect.stringContaining('is COMMITTED'),
    ]);
  });

  it.each([
    ['while the order was pending', cancelledAt(before, 5), true],
    ['while the order was pending, its version lost', cancelledAt(before, 4), false],
    ['once it was confirmed', cancelledAt(after, 4), true],
    ['once it was confirmed, with a version too many', cancelledAt(after, 5), false],
    ['in the very moment, before', cancelledAt(confirmedAt, 5), true],
    ['in the very moment, after', cancelledAt(confirmedAt, 4), true],
    ['afterwards, by a clock that is behind', cancelledAt(new Date(Number(confirmedAt) - 900), 4), true],
  ])('count the versions of an order that was to be cancelled %s', (_, cancelled, isSound) => {
    const shop = sound();
    shop.orders = [...shop.orders.slice(0, 2), cancelled];
    shop.views = [...shop.views.slice(0, 2), view('c', 'CANCELLED', cancelled.version)];
    expect(violationsOf(shop).length === 0).toBe(isSound);
  });

  it('hold for orders that are on their way, or delivered and paid at the door', () => {
    const shop = sound();
    const requests = ['PREPARING', 'SHIPPED', 'DELIVERED'].map((askedFor) => ({ askedFor, at: after }));
    const delivered = { ...order('a', 'DELIVERED'), version: 5, requests, paymentStatus: 'PAID' };
    shop.orders = [{ ...delivered, paymentMethod: 'cash_on_delivery' }, ...shop.orders.slice(1)];
    shop.views = [view('a', 'DELIVERED', 5), ...shop.views.slice(1)];
    shop.ledger = shop.ledger.slice(1);
    expect(violationsOf(shop)).toEqual([]);
  });

  it.each(['card', 'cash_on_delivery'])('hold for orders that cost nothing, to be paid by %s', (method) => {
    const shop = sound();
    const free = { totalMinor: 0, paymentMethod: method };
    shop.orders = [
      { ...order('a', 'CONFIRMED'), ...free },
      shop.orders[1]!,
      { ...shop.orders[2]!, ...free, paymentStatus: 'CANCELLED' },
    ];
    shop.views = shop.views.map((shown) => (shown.id === 'b' ? shown : { ...shown, totalMinor: 0 }));
    shop.ledger = [];
    expect(violationsOf(shop)).toEqual([]);
    shop.orders = [{ ...shop.orders[0]!, paymentStatus: 'DUE_ON_DELIVERY' }, ...shop.orders.slice(1)];
    expect(violationsOf(shop)).toHaveLength(1);
  });
});
