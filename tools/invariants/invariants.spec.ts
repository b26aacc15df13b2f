import { describe, expect, it } from '@jest/globals';
import { invariants, violationsOf } from './invariants.js';
import type { OrderRecord, SagaRecord, Snapshot } from './snapshot.js';

/** The state after a confirmed order for two tables, one that was rejected, and one that was cancelled while pending. */
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
const breaks: Record<string, (snapshot: Mutable<Snapshot>) => void> = {
  'every order has one place-order saga, and every such saga its order': (snapshot) => {
    snapshot.sagas = snapshot.sagas.slice(1);
  },
  'an order is cancelled by one saga, and no other has such a saga': (snapshot) => {
    snapshot.sagas = [...snapshot.sagas, { ...cancelSaga('c'), id: 'another' }];
  },
  'a request to cancel is not forgotten': (snapshot) => {
    snapshot.orders = [
      { ...order('a', 'CONFIRMED'), requests: remembered.requests },
      ...snapshot.orders.slice(1),
    ];
  },
  "every saga has ended, and its order's status agrees": (snapshot) => {
    snapshot.sagas = [saga('a', 'running'), ...snapshot.sagas.slice(1)];
  },
  'an order has changed once for each of its versions': (snapshot) => {
    snapshot.orders = [{ ...order('a', 'CONFIRMED'), version: 3 }, ...snapshot.orders.slice(1)];
  },
  'an order says of its payment what became of it': (snapshot) => {
    snapshot.orders = [{ ...order('a', 'CONFIRMED'), paymentStatus: 'PENDING' }, ...snapshot.orders.slice(1)];
  },
  'a confirmed order is paid in full and once, any other not at all, by the book of the provider': (
    snapshot,
  ) => {
    snapshot.ledger = [
      { ...snapshot.ledger[0]!, capturedMinor: 1000, refundedMinor: 500 },
      snapshot.ledger[1]!,
    ];
  },
  'no charge without an order': (snapshot) => {
    snapshot.ledger = [
      ...snapshot.ledger,
      { key: 'p-x', currency: 'USD', capturedMinor: 1, refundedMinor: 1 },
    ];
  },
  'stock adds up: what was put in is available, reserved or sold; nothing is negative': (snapshot) => {
    snapshot.adjustments = new Map([['TABLE', 11]]);
  },
  'what is sold is what confirmed orders bought, and nothing is held for an order that is over': (
    snapshot,
  ) => {
    snapshot.stock = [{ sku: 'TABLE', available: 7, reserved: 1, sold: 2 }];
  },
  'a reservation ended as its order did': (snapshot) => {
    snapshot.reservations = [
      { ...snapshot.reservations[0]!, status: 'RESERVED' },
      ...snapshot.reservations.slice(1),
    ];
  },
  'the timeline of a saga has an entry for each of its revisions': (snapshot) => {
    snapshot.timelines = snapshot.timelines.slice(1);
  },
  'each view shows what the write side has, and belongs to the same customer': (snapshot) => {
    snapshot.views = [{ ...view('a', 'CONFIRMED'), customerId: 'other' }, ...snapshot.views.slice(1)];
  },
  'the count of a customer is the number of their orders': (snapshot) => {
    snapshot.orderCounts = new Map([['cust', 4]]);
  },
  'everything that was to be sent has been sent': (snapshot) => {
    snapshot.unsent = new Map([['orders', 1]]);
  },
  'queues are empty, and nothing is parked': (snapshot) => {
    snapshot.queued = new Map([['inventory.commands.parked', 1]]);
  },
  'no saga that is over keeps a payment token': (snapshot) => {
    snapshot.sagas = [{ ...saga('a', 'completed'), keepsToken: true }, ...snapshot.sagas.slice(1)];
  },
};

describe('the invariants', () => {
  it('hold in a sound snapshot', () => {
    expect(violationsOf(sound())).toEqual([]);
  });

  it.each(invariants.map(({ name }) => name))('notice when it is not so that %s', (name) => {
    const snapshot = sound();
    breaks[name]!(snapshot);
    expect(violationsOf(snapshot).filter((violation) => violation.startsWith(name))).not.toEqual([]);
  });

  it('notice a parked message that is out of its queue already', () => {
    const snapshot = sound();
    snapshot.parked = new Map([['inventory.commands', 1]]);
    expect(violationsOf(snapshot)).toHaveLength(1);
  });

  it('notice a rejected order that was charged, and a confirmed one that was not', () => {
    const snapshot = sound();
    snapshot.ledger = [
      { key: 'p-b', currency: 'USD', capturedMinor: 500, refundedMinor: 0 },
      snapshot.ledger[1]!,
    ];
    expect(violationsOf(snapshot)).toHaveLength(2);
  });

  it('notice a cancelled order whose money or stock did not come back', () => {
    const snapshot = sound();
    snapshot.ledger = [snapshot.ledger[0]!, { ...snapshot.ledger[1]!, refundedMinor: 0 }];
    snapshot.reservations = [
      ...snapshot.reservations.slice(0, 2),
      { ...snapshot.reservations[2]!, status: 'COMMITTED' },
    ];
    snapshot.stock = [{ sku: 'TABLE', available: 6, reserved: 0, sold: 4 }];
    expect(violationsOf(snapshot).map((violation) => violation.split(':').at(-1)?.trim())).toEqual([
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
    const snapshot = sound();
    snapshot.orders = [...snapshot.orders.slice(0, 2), cancelled];
    snapshot.views = [...snapshot.views.slice(0, 2), view('c', 'CANCELLED', cancelled.version)];
    expect(violationsOf(snapshot).length === 0).toBe(isSound);
  });

  it('hold for orders that are on their way, or delivered and paid at the door', () => {
    const snapshot = sound();
    const requests = ['PREPARING', 'SHIPPED', 'DELIVERED'].map((askedFor) => ({ askedFor, at: after }));
    const delivered = { ...order('a', 'DELIVERED'), version: 5, requests, paymentStatus: 'PAID' };
    snapshot.orders = [{ ...delivered, paymentMethod: 'cash_on_delivery' }, ...snapshot.orders.slice(1)];
    snapshot.views = [view('a', 'DELIVERED', 5), ...snapshot.views.slice(1)];
    snapshot.ledger = snapshot.ledger.slice(1);
    expect(violationsOf(snapshot)).toEqual([]);
  });

  it.each(['card', 'cash_on_delivery'])('hold for orders that cost nothing, to be paid by %s', (method) => {
    const snapshot = sound();
    const free = { totalMinor: 0, paymentMethod: method };
    snapshot.orders = [
      { ...order('a', 'CONFIRMED'), ...free },
      snapshot.orders[1]!,
      { ...snapshot.orders[2]!, ...free, paymentStatus: 'CANCELLED' },
    ];
    snapshot.views = snapshot.views.map((shown) => (shown.id === 'b' ? shown : { ...shown, totalMinor: 0 }));
    snapshot.ledger = [];
    expect(violationsOf(snapshot)).toEqual([]);
    snapshot.orders = [
      { ...snapshot.orders[0]!, paymentStatus: 'DUE_ON_DELIVERY' },
      ...snapshot.orders.slice(1),
    ];
    expect(violationsOf(snapshot)).toHaveLength(1);
  });
});
