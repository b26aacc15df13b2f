import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { signToken } from '../tokens/sign-token.js';
import type { ShopOrder, ShopProduct } from './shop-data.js';

export interface ShopClientOptions {
  readonly orderUrl: string;
  readonly inventoryUrl: string;
  readonly jwtSecret: string;
}

/** What became of one request to place an order. */
export type Placement =
  { readonly accepted: true; readonly orderId: string } | { readonly accepted: false; readonly code: string };

/** The shop over HTTP: staff loads products, customers place their own orders. */
export class ShopClient {
  constructor(private readonly options: ShopClientOptions) {}

  /** Creates the product; one that is there already stays as it is. */
  async load(product: ShopProduct): Promise<void> {
    const { inventoryUrl } = this.options;
    const { sku, name, sellerId, price, currency, inStock } = product;
    const body = { sku, name, sellerId, price: { amount: price, currency }, available: inStock };
    const response = await this.send(`${inventoryUrl}/api/products`, this.staffToken(), body);
    if (!response.ok && response.status !== 409) throw await unexpected(response);
  }

  /** SKUs that order-service sells, as far as it knows by now. */
  async productsOnSale(): Promise<Set<string>> {
    const skus = new Set<string>();
    for (let query = 'limit=100'; ;) {
      const response = await this.send(`${this.options.orderUrl}/api/products?${query}`, this.staffToken());
      if (!response.ok) throw await unexpected(response);
      const page = (await response.json()) as { items: { productId: string }[]; nextCursor: string | null };
      for (const { productId } of page.items) skus.add(productId);
      if (page.nextCursor === null) return skus;
      query = `limit=100&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  }

  /** Places the order as its customer. One that was placed before is found again. */
  async place({ reference, customerId, ...order }: ShopOrder): Promise<Placement> {
    const body = { orderId: reference, ...order, payment: { method: 'card', token: 'tok_ok' } };
    const response = await this.send(
      `${this.options.orderUrl}/api/orders`,
      this.token(customerId, 'customer'),
      body,
    );
    if (response.status === 201)
      return { accepted: true, orderId: ((await response.json()) as OrderDocument).id };
    if (response.status !== 409 && response.status !== 422) throw await unexpected(response);
    const problem = (await response.json()) as { code: string; orderId?: string };
    return problem.code === 'order-exists' && problem.orderId !== undefined
      ? { accepted: true, orderId: problem.orderId }
      : { accepted: false, code: problem.code };
  }

  async order(id: string): Promise<OrderDocument> {
    const response = await this.send(`${this.options.orderUrl}/api/orders/${id}`, this.staffToken());
    if (!response.ok) throw await unexpected(response);
    return (await response.json()) as OrderDocument;
  }

  token(subject: string, role: string): string {
    return signToken({ subject, roles: [role], secret: this.options.jwtSecret });
  }

  private staffToken(): string {
    return this.token('replay', 'operator');
  }

  private send(url: string, token: string, body?: object): Promise<Response> {
    return fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      signal: AbortSignal.timeout(30_000),
      ...(body && { body: JSON.stringify(body) }),
    });
  }
}

const unexpected = async (response: Response): Promise<Error> =>
  new Error(`${response.url} answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
