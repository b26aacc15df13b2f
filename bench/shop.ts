import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { ShopClient } from '../tools/replay/shop-client.js';

const environment = z.object({
  ORDER_URL: z.url(),
  INVENTORY_URL: z.url(),
  JWT_SECRET: z.string().min(32),
});

const products = Array.from({ length: 100 }, (_, n) => `BENCH-${n}`);
const address = { street: '123 Main St', city: 'Boston', zipCode: '02108', country: 'US' };
const patienceMs = 60_000;

/** A shop with plenty of everything, so that what is measured is work and not who comes first. */
export class Shop {
  readonly orderUrl: string;
  private readonly client: ShopClient;
  private readonly tokens = new Map<number, string>();
  private orders = 0;

  constructor(variables: NodeJS.ProcessEnv) {
    const { ORDER_URL, INVENTORY_URL, JWT_SECRET } = environment.parse(variables);
    this.orderUrl = ORDER_URL;
    this.client = new ShopClient({ orderUrl: ORDER_URL, inventoryUrl: INVENTORY_URL, jwtSecret: JWT_SECRET });
  }

  async open(): Promise<void> {
    for (const sku of products) {
      const product = {
        sku,
        name: sku,
        sellerId: 'bench',
        price: '9.99',
        currency: 'USD',
        inStock: 100_000_000,
      };
      await this.client.load(product);
    }
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const onSale = await this.client.productsOnSale();
      if (products.every((sku) => onSale.has(sku))) return;
      if (performance.now() > deadline)
        throw new Error(`not all products are on sale after ${patienceMs} ms`);
      await pause(100);
    }
  }

  /** The next order, of one customer of many: two lines out of a hundred products. */
  nextRequest(customers: number): { headers: Record<string, string>; body: string } {
    const n = this.orders++;
    const items = [n * 7, n * 13 + 1].map((product) => ({
      productId: products[product % products.length],
      quantity: 1,
    }));
    const payment = { method: 'card', token: 'tok_ok' };
    return {
      headers: {
        authorization: `Bearer ${this.tokenOf(n % customers)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ items, shippingAddress: address, payment }),
    };
  }

  private tokenOf(customer: number): string {
    const token = this.tokens.get(customer) ?? this.client.token(`bench-${customer}`, 'customer');
    this.tokens.set(customer, token);
    return token;
  }
}
