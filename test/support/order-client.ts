import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { eventually } from './eventually.js';

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Problem {
  readonly type: string;
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly [particular: string]: unknown;
}

export const boston = { street: '123 Main St', city: 'Boston', zipCode: '02108', country: 'US' } as const;

/** An order for one thing, the way a storefront would send it. */
export const orderFor = (productId: string, token = 'tok_ok', more: object = {}): object => ({
  items: [{ productId, quantity: 1 }],
  shippingAddress: boston,
  payment: { method: 'card', token },
  ...more,
});

/** Speaks HTTP to order-service as one caller. */
export class OrderClient {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string | null,
  ) {}

  async send<Body = OrderDocument>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text && parse(text)) as Body };
  }

  get<Body = OrderDocument>(path: string, headers: Record<string, string> = {}): Promise<Answer<Body>> {
    return this.send<Body>('GET', path, undefined, headers);
  }

  place<Body = OrderDocument>(order: object, headers: Record<string, string> = {}): Promise<Answer<Body>> {
    return this.send<Body>('POST', '/api/orders', order, headers);
  }

  cancel<Body = OrderDocument>(
    id: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    return this.send<Body>('POST', `/api/orders/${id}/cancel`, body, headers);
  }

  setStatus<Body = OrderDocument>(
    id: string,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    return this.send<Body>('PUT', `/api/orders/${id}/status`, body, headers);
  }

  /** The order once it has one of these statuses. */
  becomes(
    id: string,
    statuses: readonly OrderDocument['status'][],
    withinMs = 20_000,
  ): Promise<OrderDocument> {
    return eventually(async () => {
      const { body } = await this.get(`/api/orders/${id}`);
      if (!statuses.includes(body.status)) throw new Error(`order ${id} is ${body.status}`);
      return body;
    }, withinMs);
  }

  /** Waits until the order's saga waits at this step. */
  async reaches(id: string, step: string, withinMs = 20_000): Promise<void> {
    await eventually(async () => {
      const { body } = await this.get<{ step: string | null }>(`/api/orders/${id}/status`);
      if (body.step !== step) throw new Error(`order ${id} is at ${body.step}`);
    }, withinMs);
  }

  /** The order once its saga is over. */
  settled(id: string, withinMs = 20_000): Promise<OrderDocument> {
    return eventually(async () => {
      const { status, body } = await this.get(`/api/orders/${id}`);
      if (status !== 200) throw new Error(`order ${id}: ${status}`);
      if (body.status === 'PENDING') throw new Error(`order ${id} is still pending`);
      return body;
    }, withinMs);
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
