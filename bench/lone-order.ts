import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { Shop } from './shop.js';

export interface LoneOrders {
  readonly orders: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Not counted: until then much of the code has run too seldom to have been compiled. */
const warmUps = 300;

/** Orders one after the other on a system that has nothing else to do: from the request to the answer CONFIRMED. */
export async function runLoneOrders(shop: Shop, orders: number): Promise<LoneOrders> {
  const took: number[] = [];
  for (let order = 0; order < warmUps + orders; order += 1) {
    const from = performance.now();
    await placeAndWait(shop);
    if (order >= warmUps) took.push(performance.now() - from);
  }
  took.sort((a, b) => a - b);
  const percentile = (share: number): number => took[Math.ceil(share * took.length) - 1]!;
  return { orders, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
}

async function placeAndWait(shop: Shop): Promise<void> {
  const { headers, body } = shop.nextRequest(1);
  const response = await fetch(`${shop.orderUrl}/api/orders`, {
    method: 'POST',
    headers: { ...headers, prefer: 'wait=10' },
    body,
  });
  const { status } = (await response.json()) as OrderDocument;
  if (status !== 'CONFIRMED') throw new Error(`a lone order was answered ${response.status}, ${status}`);
}
