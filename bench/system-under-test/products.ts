import { setTimeout as pause } from 'node:timers/promises';
import { ShopClient, type ShopClientOptions } from '../../tools/replay/shop-client.js';
import { products } from '../load/order-requests.js';

const maxWaitMs = 60_000;
const pollMs = 100;

/** Plenty of everything, so that what is measured is work and not who comes first. */
export async function putOnSale(options: ShopClientOptions): Promise<void> {
  const client = new ShopClient(options);
  await Promise.all(
    products.map((sku) =>
      client.load({
        sku,
        name: sku,
        sellerId: 'bench',
        price: '9.99',
        currency: 'USD',
        inStock: 100_000_000,
      }),
    ),
  );
  const deadline = performance.now() + maxWaitMs;
  for (;;) {
    const onSale = await client.productsOnSale();
    if (products.every((sku) => onSale.has(sku))) return;
    if (performance.now() > deadline) throw new Error(`not all products are on sale after ${maxWaitMs} ms`);
    await pause(pollMs);
  }
}
