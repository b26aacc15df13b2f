import { signToken } from '../../tools/tokens/sign-token.js';
import type { Caller } from '../system-under-test/system-under-test.js';

export const products = Array.from({ length: 100 }, (_, n) => `BENCH-${n}`);

export interface OrderRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Made once, so that the load costs no more than its sending. 7n and 13n + 1 are never the same product modulo 100. */
const bodies = products.map((_, n) =>
  JSON.stringify({
    items: [n * 7, n * 13 + 1].map((product) => ({ productId: products[product % 100], quantity: 1 })),
    shippingAddress: { street: '123 Main St', city: 'Boston', zipCode: '02108', country: 'US' },
    payment: { method: 'card', token: 'tok_ok' },
  }),
);

/** Orders of two lines out of a hundred products, by so many customers in turn. */
export class OrderRequests {
  private readonly customers: readonly { readonly name: string; readonly identity: Record<string, string> }[];
  private orders = 0;
  private histories = 0;

  constructor(caller: Caller, customers: number) {
    this.customers = Array.from({ length: customers }, (_, n) => {
      const name = `bench-${n}`;
      return { name, identity: identityOf(caller, name) };
    });
  }

  next(): OrderRequest {
    const n = this.orders++;
    const { identity } = this.customers[n % this.customers.length]!;
    return {
      headers: { 'content-type': 'application/json', ...identity },
      body: bodies[n % bodies.length]!,
    };
  }

  /** The first page of a customer's orders, of each customer in turn. */
  nextHistory(): { readonly path: string; readonly headers: Readonly<Record<string, string>> } {
    const { name, identity } = this.customers[this.histories++ % this.customers.length]!;
    return { path: `/api/orders/history/${name}`, headers: identity };
  }
}

function identityOf(caller: Caller, customer: string): Record<string, string> {
  if (caller.by === 'header') return { 'x-customer': customer };
  const token = signToken({ subject: customer, roles: ['customer'], secret: caller.secret });
  return { authorization: `Bearer ${token}` };
}
