import { faultKinds, type FaultStrengths } from './world/faults.js';
import { SeededChance } from './world/seeded-chance.js';
import { serverFailures, type ServerFailure } from './world/server-failure.js';

/**
 * All that a run is made from. Drawn from a seed as a whole before the run, so that a failing one can be made smaller:
 * fewer orders, fewer operations, fewer kinds of faults.
 */
export interface Plan {
  readonly seed: number;
  /** Another run of the same plan: for shrinking, where leaving something out changes all chance that follows. */
  readonly salt: number;
  /** Pieces of each product at the start. */
  readonly stock: Readonly<Record<string, number>>;
  readonly processes: Readonly<Record<ServiceName, number>>;
  readonly orders: readonly PlannedOrder[];
  readonly operations: readonly PlannedOperation[];
  readonly faults: FaultStrengths;
}

export type ServiceName = 'orders' | 'inventory' | 'payments';

export interface PlannedOrder {
  /** Milliseconds after the start, as all times here. */
  readonly at: number;
  readonly customer: string;
  /** Which of the customer's orders it is, from 1: all customers name theirs alike. */
  readonly ordinal: number;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly method: 'card' | 'cash_on_delivery';
  readonly token: string;
  readonly hasReference: boolean;
  readonly hasKey: boolean;
}

/** Something that somebody does, or that is done to a whole machine, at a time of its own. */
export type PlannedOperation = { readonly at: number } & (
  | { readonly kind: 'kill'; readonly service: ServiceName; readonly index: number; readonly downMs: number }
  | { readonly kind: 'service-down'; readonly service: ServiceName; readonly forMs: number }
  | { readonly kind: 'database-away'; readonly service: ServiceName | 'views'; readonly forMs: number }
  /** The server is there, and takes no write. */
  | {
      readonly kind: 'database-fails';
      readonly service: ServiceName | 'views';
      readonly says: ServerFailure;
      readonly forMs: number;
    }
  | { readonly kind: 'broker-away'; readonly forMs: number }
  /** One process of order-service is replaced by the next release. */
  | { readonly kind: 'deploy'; readonly index: number }
  | { readonly kind: OnAnOrder; readonly order: number }
  /** Of orders with what everybody else has; and giving back what it found. */
  | { readonly kind: 'books-are-compared' | 'findings-are-fixed' }
  | { readonly kind: 'price-changes' | 'stock-arrives'; readonly sku: string }
);

type OnAnOrder =
  | 'customer-cancels'
  | 'intruder-cancels'
  | 'intruder-reads'
  | 'customer-looks'
  | 'customer-lists'
  | 'staff-takes-on'
  | 'operator-rolls-back'
  | 'operator-retries'
  | 'operator-resolves'
  | 'rogue-client-answers'
  | 'stray-charge';

/** The part of a run in which things go wrong; after it everything has to come to its end. */
export const faultyMs = 180_000;
/** Orders come early, so that faults meet them at every age. */
const orderingMs = 60_000;

const customers: readonly string[] = ['cust-1', 'cust-2', 'cust-3'];

/** It costs nothing, so that an order of nothing else has nothing to pay. */
export const freeSku = 'FREE-SAMPLE';

/** A plentiful one, one that becomes short, one of a single piece, and a free one; most orders want the first. */
const skus = [
  'OAK-TABLE',
  'OAK-TABLE',
  'OAK-TABLE',
  'OAK-TABLE',
  'LAMP',
  'LAMP',
  'LAST-ONE',
  freeSku,
] as const;
const tokens = ['tok_ok', 'tok_ok', 'tok_ok', 'tok_ok', 'tok_declined', 'tok_pending'] as const;

export function planOf(seed: number): Plan {
  const chance = new SeededChance(seed, () => 0);
  const orders = plannedOrders(chance);
  const processes = {
    orders: chance.between(1, 2),
    inventory: chance.between(1, 2),
    payments: chance.between(1, 2),
  };
  return {
    seed,
    salt: 0,
    stock: { 'OAK-TABLE': 1_000, LAMP: chance.between(2, 20), 'LAST-ONE': 1, [freeSku]: 1_000 },
    processes,
    orders,
    operations: operations(chance, orders, processes).sort((a, b) => a.at - b.at),
    faults: strengths(chance),
  };
}

/** Another one than the order's. */
export const intruderOn = ({ customer }: PlannedOrder): string =>
  customers[(customers.indexOf(customer) + 1) % customers.length]!;

function plannedOrders(chance: SeededChance): PlannedOrder[] {
  const orders = Array.from({ length: chance.between(5, 15) }, () => plannedOrder(chance));
  const counts = new Map<string, number>();
  return orders
    .sort((a, b) => a.at - b.at)
    .map((order) => {
      const ordinal = (counts.get(order.customer) ?? 0) + 1;
      counts.set(order.customer, ordinal);
      return { ...order, ordinal };
    });
}

function plannedOrder(chance: SeededChance): Omit<PlannedOrder, 'ordinal'> {
  const lineCount = chance.between(1, 2);
  return {
    at: chance.between(0, orderingMs),
    customer: chance.pick(customers),
    lines: Array.from({ length: lineCount }, () => ({
      sku: chance.pick(skus),
      quantity: chance.between(1, 3),
    })),
    method: chance.random() < 0.1 ? 'cash_on_delivery' : 'card',
    token: chance.pick(tokens),
    hasReference: chance.random() < 0.3,
    hasKey: chance.random() < 0.85,
  };
}

/** Each run has some kinds of faults and not others, at strengths of their own: faults hide each other. */
function strengths(chance: SeededChance): FaultStrengths {
  return Object.fromEntries(
    faultKinds.filter(() => chance.random() < 0.45).map((kind) => [kind, 0.2 + 0.8 * chance.random() ** 2]),
  );
}

function operations(
  chance: SeededChance,
  orders: readonly PlannedOrder[],
  processes: Plan['processes'],
): PlannedOperation[] {
  const some = (
    probability: number,
    max: number,
    make: (at: number) => PlannedOperation,
  ): PlannedOperation[] =>
    Array.from({ length: chance.random() < probability ? chance.between(1, max) : 0 }, () =>
      make(chance.between(0, faultyMs)),
    );
  const services = ['orders', 'inventory', 'payments'] as const;
  /** Soon after an order, mostly: that is when it matters. */
  const onSomeOrder = (kind: OnAnOrder): PlannedOperation => {
    const order = chance.between(0, orders.length - 1);
    return { at: orders[order]!.at + chance.longTailed(0, 150_000), kind, order };
  };
  return [
    ...some(0.5, 6, (at) => {
      const service = chance.pick(services);
      const index = chance.between(0, processes[service] - 1);
      return { at, kind: 'kill', service, index, downMs: chance.longTailed(50, 60_000) };
    }),
    ...some(0.4, 2, (at) => ({
      at: at / 2,
      kind: 'service-down',
      service: chance.pick(services),
      // Sometimes for so long that sagas need attention.
      forMs: chance.random() < 0.1 ? chance.between(500_000, 800_000) : chance.between(5_000, 150_000),
    })),
    ...some(0.4, 2, (at) => {
      const service = chance.pick([...services, 'views'] as const);
      return { at, kind: 'database-away', service, forMs: chance.longTailed(200, 120_000) };
    }),
    ...some(0.4, 2, (at) => {
      const service = chance.pick([...services, 'views'] as const);
      const says = chance.pick(serverFailures);
      return { at, kind: 'database-fails', service, says, forMs: chance.longTailed(200, 120_000) };
    }),
    ...some(0.4, 2, (at) => ({ at, kind: 'broker-away', forMs: chance.longTailed(200, 120_000) })),
    ...(chance.random() < 0.3
      ? Array.from({ length: processes.orders }, (_, index): PlannedOperation => ({
          at: chance.between(0, faultyMs),
          kind: 'deploy',
          index,
        }))
      : []),
    ...some(0.7, 6, () => onSomeOrder('customer-cancels')),
    ...some(0.4, 3, () => onSomeOrder('intruder-cancels')),
    ...some(0.3, 2, () => onSomeOrder('intruder-reads')),
    ...some(0.5, 6, () => onSomeOrder('customer-looks')),
    ...some(0.4, 3, () => onSomeOrder('customer-lists')),
    ...some(0.5, 5, () => onSomeOrder('staff-takes-on')).flatMap((first) =>
      Array.from({ length: chance.between(1, 4) }, (_, step): PlannedOperation => ({
        ...first,
        at: first.at + step * chance.between(500, 20_000),
      })),
    ),
    ...some(0.5, 5, () => onSomeOrder('operator-rolls-back')),
    ...some(0.5, 4, () => onSomeOrder('operator-retries')),
    ...some(0.4, 3, () => onSomeOrder('operator-resolves')),
    ...some(0.4, 6, () => onSomeOrder('rogue-client-answers')),
    ...some(0.3, 2, () => onSomeOrder('stray-charge')),
    ...some(0.4, 3, (at) => ({ at, kind: 'books-are-compared' })).flatMap((compared): PlannedOperation[] => [
      compared,
      { at: compared.at + chance.longTailed(1_000, 60_000), kind: 'findings-are-fixed' },
    ]),
    ...some(0.5, 6, (at) => ({ at: at / 2, kind: 'price-changes', sku: chance.pick(skus) })),
    ...some(0.4, 2, (at) => ({ at, kind: 'stock-arrives', sku: chance.pick(skus) })),
  ];
}
