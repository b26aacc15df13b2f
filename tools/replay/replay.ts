import { setTimeout as sleep } from 'node:timers/promises';
import type { Placement, ShopClient } from './shop-client.js';
import type { ShopData } from './shop-data.js';

/** Requests under way at once: a busy storefront. */
const clients = 32;

/** How long the catalogue may take to arrive, and an order to be settled. */
const maxWaitMs = 120_000;

export interface Summary {
  readonly confirmed: number;
  /** Orders that were accepted and ended otherwise, by reason. */
  readonly rejected: ReadonlyMap<string, number>;
  /** Requests that were turned down at once, by code. */
  readonly refused: ReadonlyMap<string, number>;
  /** From the first request to the last settled order. */
  readonly seconds: number;
}

/** Told how far a stage has come. */
export type Progress = (stage: 'products' | 'placed' | 'settled', done: number, of: number) => void;

/** Loads the products, places the orders as their customers, and waits until each has come to its end. */
export async function replay(
  { products, orders }: ShopData,
  shop: ShopClient,
  progress: Progress,
): Promise<Summary> {
  await forEach(
    products,
    (product) => shop.load(product),
    (done) => progress('products', done, products.length),
  );
  await untilOnSale(
    shop,
    products.map(({ sku }) => sku),
  );

  const begun = performance.now();
  const placements = await forEach(
    orders,
    (order) => shop.place(order),
    (done) => progress('placed', done, orders.length),
  );
  const accepted = placements.filter(isAccepted);
  const settled = await forEach(
    accepted,
    ({ orderId }) => untilSettled(shop, orderId),
    (done) => progress('settled', done, accepted.length),
  );
  return {
    confirmed: settled.filter(({ status }) => status === 'CONFIRMED').length,
    rejected: count(
      settled
        .filter(({ status }) => status !== 'CONFIRMED')
        .map(({ status, reason }) => reason?.code ?? status),
    ),
    refused: count(placements.flatMap((placement) => (placement.accepted ? [] : [placement.code]))),
    seconds: (performance.now() - begun) / 1000,
  };
}

type Accepted = Extract<Placement, { accepted: true }>;
const isAccepted = (placement: Placement): placement is Accepted => placement.accepted;

/** Works through `items` with a bounded number at once; results in the order of the items. */
async function forEach<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  onDone: (done: number) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  let done = 0;
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      results[index] = await work(item);
      onDone(++done);
    }
  };
  await Promise.all(Array.from({ length: clients }, worker));
  return results;
}

async function untilOnSale(shop: ShopClient, skus: readonly string[]): Promise<void> {
  const deadline = performance.now() + maxWaitMs;
  for (;;) {
    const onSale = await shop.productsOnSale();
    const missing = skus.filter((sku) => !onSale.has(sku));
    if (missing.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`not on sale after ${maxWaitMs} ms: ${missing.join(', ')}`);
    await sleep(100);
  }
}

async function untilSettled(shop: ShopClient, orderId: string): ReturnType<ShopClient['order']> {
  const deadline = performance.now() + maxWaitMs;
  for (;;) {
    const order = await shop.order(orderId);
    if (order.status !== 'PENDING') return order;
    if (performance.now() > deadline)
      throw new Error(`order ${orderId} is still pending after ${maxWaitMs} ms`);
    await sleep(50);
  }
}

function count(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
