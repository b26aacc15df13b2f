import type { OrderRecord, SagaRecord, Snapshot } from './snapshot.js';

/** A sentence about the whole that has to be true whenever nothing moves, and what breaks it. */
export interface Invariant {
  readonly name: string;
  /** One line per violation, with the ids that a person needs; none when it holds. */
  readonly violations: (snapshot: Snapshot) => string[];
}

/** What an order that was confirmed and not called off can have become by now. */
const standing: ReadonlySet<string> = new Set([
  'CONFIRMED',
  'PREPARING',
  'SHIPPED',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
]);

/** What an order's saga having ended one way says about the order. */
const agrees: Readonly<Record<string, Readonly<Record<string, (status: string) => boolean>>>> = {
  'place-order': {
    completed: (status) => standing.has(status) || status === 'CANCELLED',
    'rolled-back': (status) => status === 'REJECTED',
  },
  'cancel-order': { completed: (status) => status === 'CANCELLED' },
};

const ended: ReadonlySet<string> = new Set(['completed', 'rolled-back']);

export const invariants: readonly Invariant[] = [
  {
    name: 'every order has one place-order saga, and every such saga its order',
    violations: ({ orders, sagas }) => {
      const placing = sagas.filter(({ saga }) => saga === 'place-order');
      const sagaIds = new Set(placing.map(({ id }) => id));
      const orderIds = new Set(orders.map(({ id }) => id));
      return [
        ...orders.filter(({ id }) => !sagaIds.has(id)).map(({ id }) => `order ${id} has no saga`),
        ...placing.filter(({ id }) => !orderIds.has(id)).map(({ id }) => `saga ${id} has no order`),
      ];
    },
  },
  {
    name: 'an order is cancelled by one saga, and no other has such a saga',
    violations: ({ orders, sagas }) => {
      const sagasOf = new Map<string, number>();
      for (const { saga, subject } of sagas) {
        if (saga === 'cancel-order') sagasOf.set(subject, (sagasOf.get(subject) ?? 0) + 1);
      }
      return orders.flatMap(({ id, status }) => {
        const expected = ['CANCELLING', 'CANCELLED'].includes(status) ? 1 : 0;
        const found = sagasOf.get(id) ?? 0;
        return found === expected ? [] : [`order ${id} (${status}) has ${found} cancel-order sagas`];
      });
    },
  },
  {
    name: 'a request to cancel is not forgotten',
    violations: ({ orders }) =>
      orders
        .filter((order) => cancellationOf(order) && !['CANCELLED', 'REJECTED'].includes(order.status))
        .map(({ id, status }) => `order ${id} was to be cancelled and is ${status}`),
  },
  {
    name: "every saga has ended, and its order's status agrees",
    violations: ({ orders, sagas }) => {
      const statuses = new Map(orders.map(({ id, status }) => [id, status]));
      return sagas.flatMap(({ id, saga, subject, status }) => {
        if (!ended.has(status)) return [`${saga} ${id} is ${status}`];
        const orderStatus = statuses.get(subject);
        const agreed = agrees[saga]?.[status]?.(orderStatus ?? 'absent') ?? !(saga in agrees);
        return agreed ? [] : [`order ${subject} is ${orderStatus} after ${saga} ${status}`];
      });
    },
  },
  {
    name: 'an order has changed once for each of its versions',
    violations: (snapshot) =>
      pairs(snapshot)
        .filter(([order, saga]) => !versionsOf(order, saga).includes(order.version))
        .map(([{ id, status, version }]) => `order ${id} is ${status} at version ${version}`),
  },
  {
    name: 'a confirmed order is paid in full and once, any other not at all, by the book of the provider',
    violations: (snapshot) => {
      const ledger = new Map(snapshot.ledger.map((entry) => [entry.key, entry]));
      return pairs(snapshot).flatMap(([order, saga]) => {
        const entry = saga.paymentId === null ? undefined : ledger.get(saga.paymentId);
        const kept = (entry?.capturedMinor ?? 0) - (entry?.refundedMinor ?? 0);
        const due = standing.has(order.status) && order.paymentMethod === 'card' ? order.totalMinor : 0;
        const refunded = order.status === 'CANCELLED' && order.paymentMethod === 'card';
        const refundedMinor = entry?.refundedMinor ?? 0;
        return [
          ...(refunded && refundedMinor !== order.totalMinor
            ? [`order ${order.id} was cancelled: ${refundedMinor} refunded of ${order.totalMinor}`]
            : []),
          ...(kept === due ? [] : [`order ${order.id} (${order.status}): ${kept} kept, ${due} due`]),
          ...((entry?.capturedMinor ?? 0) > order.totalMinor
            ? [`order ${order.id} was charged ${entry!.capturedMinor} of ${order.totalMinor}`]
            : []),
          ...(kept > 0 && entry!.currency !== order.currency
            ? [`order ${order.id} was charged ${entry!.currency}`]
            : []),
        ];
      });
    },
  },
  {
    name: 'an order says of its payment what became of it',
    violations: ({ orders }) =>
      orders
        .filter((order) => !paymentStatusesOf(order).includes(order.paymentStatus))
        .map(({ id, status, paymentStatus }) => `order ${id} (${status}) says ${paymentStatus}`),
  },
  {
    name: 'no charge without an order',
    violations: ({ sagas, ledger }) => {
      const known = new Set(sagas.map(({ paymentId }) => paymentId));
      return ledger
        .filter(({ key }) => !known.has(key))
        .map(({ key }) => `charge ${key} belongs to no order`);
    },
  },
  {
    name: 'stock adds up: what was put in is available, reserved or sold; nothing is negative',
    violations: ({ stock, adjustments }) =>
      stock.flatMap(({ sku, available, reserved, sold }) => {
        const putIn = adjustments.get(sku) ?? 0;
        const accounted = available + reserved + sold;
        return [
          ...(accounted === putIn ? [] : [`${sku}: ${putIn} put in, ${accounted} accounted for`]),
          ...(Math.min(available, reserved, sold) < 0
            ? [`${sku} is negative: ${available}/${reserved}/${sold}`]
            : []),
        ];
      }),
  },
  {
    name: 'what is sold is what confirmed orders bought, and nothing is held for an order that is over',
    violations: (snapshot) => {
      const bought = new Map<string, number>();
      for (const [order] of pairs(snapshot)) {
        if (!standing.has(order.status)) continue;
        for (const [sku, quantity] of order.quantities) bought.set(sku, (bought.get(sku) ?? 0) + quantity);
      }
      return snapshot.stock.flatMap(({ sku, reserved, sold }) => [
        ...(sold === (bought.get(sku) ?? 0) ? [] : [`${sku}: ${sold} sold, ${bought.get(sku) ?? 0} bought`]),
        ...(reserved === 0 ? [] : [`${sku}: ${reserved} still held`]),
      ]);
    },
  },
  {
    name: 'a reservation ended as its order did',
    violations: (snapshot) => {
      const reservations = new Map(snapshot.reservations.map((reservation) => [reservation.id, reservation]));
      return pairs(snapshot).flatMap(([order, saga]) => {
        const status = reservations.get(saga.reservationId ?? '')?.status ?? 'absent';
        return reservationStatusesOf(order).includes(status)
          ? []
          : [`reservation of order ${order.id} (${order.status}) is ${status}`];
      });
    },
  },
  {
    name: 'the timeline of a saga has an entry for each of its revisions',
    violations: ({ sagas, timelines }) => {
      const counts = new Map<string, number>();
      for (const { sagaId } of timelines) counts.set(sagaId, (counts.get(sagaId) ?? 0) + 1);
      return sagas
        .filter(({ id, revision }) => counts.get(id) !== revision)
        .map(({ id, revision }) => `saga ${id}: revision ${revision}, ${counts.get(id) ?? 0} entries`);
    },
  },
  {
    name: 'each view shows what the write side has, and belongs to the same customer',
    violations: ({ orders, views }) => {
      const shown = new Map(views.map((view) => [view.id, view]));
      return [
        ...orders.flatMap(({ id, status, version, customerId, totalMinor }) => {
          const view = shown.get(id);
          if (!view) return [`order ${id} is not shown`];
          const same =
            view.status === status &&
            view.document.status === status &&
            view.version === version &&
            view.customerId === customerId &&
            view.totalMinor === totalMinor;
          return same
            ? []
            : [
                `order ${id} is shown as ${view.status} at version ${view.version}, is ${status} at ${version}`,
              ];
        }),
        ...(views.length > orders.length ? [`${views.length} views of ${orders.length} orders`] : []),
      ];
    },
  },
  {
    name: 'the count of a customer is the number of their orders',
    violations: ({ orders, orderCounts }) => {
      const actual = new Map<string, number>();
      for (const { customerId } of orders) actual.set(customerId, (actual.get(customerId) ?? 0) + 1);
      return [...new Set([...actual.keys(), ...orderCounts.keys()])]
        .filter((customer) => actual.get(customer) !== orderCounts.get(customer))
        .map(
          (customer) =>
            `${customer} has ${actual.get(customer) ?? 0} orders, counted ${orderCounts.get(customer) ?? 0}`,
        );
    },
  },
  {
    name: 'everything that was to be sent has been sent',
    violations: ({ unsent }) =>
      [...unsent]
        .filter(([, rows]) => rows > 0)
        .map(([service, rows]) => `${service}: ${rows} messages not sent`),
  },
  {
    name: 'queues are empty, and nothing is parked',
    violations: ({ queued, parked }) => [
      ...[...(queued ?? [])]
        .filter(([, messages]) => messages > 0)
        .map(([queue, messages]) => `${queue}: ${messages} messages`),
      ...[...parked]
        .filter(([, messages]) => messages > 0)
        .map(([queue, messages]) => `${queue}: ${messages} parked messages wait for a person`),
    ],
  },
  {
    name: 'no saga that is over keeps a payment token',
    violations: ({ sagas }) =>
      sagas
        .filter(({ status, keepsToken }) => ended.has(status) && keepsToken)
        .map(({ id }) => `saga ${id} keeps a token`),
  },
];

/** Every violation of every invariant, as sentences. Empty when all is well. */
export const violationsOf = (snapshot: Snapshot): string[] =>
  invariants.flatMap(({ name, violations }) =>
    violations(snapshot).map((violation) => `${name}: ${violation}`),
  );

const cancellationOf = ({ requests }: OrderRecord) =>
  requests.find(({ askedFor }) => askedFor === 'CANCELLED');

/** The request and the confirmation may be written by two processes, each with a clock of its own. */
const maxClockSkewMs = 2_000;

/**
 * Which versions an order can have that has come as far as it has. A request to cancel that was noted while the order was
 * pending is a version of its own; one that was followed at once is not. Near one moment it can be either.
 */
function versionsOf(order: OrderRecord, { finishedAt }: SagaRecord): number[] {
  const cancellation = cancellationOf(order);
  const confirmedAt = Number(finishedAt);
  const possible: number[] = [];
  if (!cancellation || Number(cancellation.at) >= confirmedAt - maxClockSkewMs) possible.push(0);
  if (cancellation && Number(cancellation.at) <= confirmedAt + maxClockSkewMs) possible.push(1);
  const steps = order.requests.filter(({ askedFor }) => askedFor !== 'CANCELLED').length;
  const ends = { PENDING: 1, CANCELLING: 3, CANCELLED: 4 }[order.status] ?? 2;
  return possible.map((noted) => ends + steps + noted);
}

function paymentStatusesOf({ status, paymentMethod, totalMinor }: OrderRecord): string[] {
  const byCard = paymentMethod === 'card';
  const isFree = totalMinor === 0;
  if (status === 'REJECTED') return ['DECLINED', 'REFUNDED', 'CANCELLED'];
  // Version 1 of the place-order saga took and gave back nothing of what cost nothing.
  if (status === 'CANCELLED' && isFree) return ['CANCELLED', 'REFUNDED'];
  if (status === 'CANCELLED') return [byCard ? 'REFUNDED' : 'CANCELLED'];
  if (!standing.has(status)) return ['PENDING', 'PAID', 'DUE_ON_DELIVERY'];
  return [byCard || isFree || status === 'DELIVERED' ? 'PAID' : 'DUE_ON_DELIVERY'];
}

function reservationStatusesOf({ status }: OrderRecord): string[] {
  if (standing.has(status)) return ['COMMITTED'];
  return status === 'CANCELLED' ? ['RETURNED'] : ['RELEASED', 'SHORT', 'CANCELLED', 'absent'];
}

function pairs({ orders, sagas }: Snapshot): [OrderRecord, SagaRecord][] {
  const placing = sagas.filter(({ saga }) => saga === 'place-order');
  const sagasById = new Map(placing.map((saga) => [saga.id, saga]));
  return orders.flatMap((order): [OrderRecord, SagaRecord][] => {
    const saga = sagasById.get(order.id);
    return saga ? [[order, saga]] : [];
  });
}
