import { randomUUID } from 'node:crypto';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { OwnOrder } from '../../tools/faults/greedy-habits.js';
import { products } from '../load/order-requests.js';
import { ApiClient, tokenFor } from '../read/api-client.js';
import type { ServicesUnderTest } from '../system-under-test/services-under-test.js';

/** The attacker is a customer like all others. */
export const attackerToken = (services: ServicesUnderTest): string =>
  tokenFor(services, { subject: 'attacker', role: 'customer' });

/** Places an order of the attacker. @param token of the payment */
export async function placeOwnOrder(services: ServicesUnderTest, token = 'tok_ok'): Promise<OwnOrder> {
  const [key, body] = [randomUUID(), orderOf(token)];
  const client = new ApiClient(services.orderUrl, attackerToken(services));
  const { id } = await client.send<OrderDocument>('POST', '/api/orders', body, { 'idempotency-key': key });
  return { id, key, body };
}

const orderOf = (token: string): object => ({
  items: [{ productId: products[0], quantity: 1 }],
  shippingAddress: { street: '123 Main St', city: 'Boston', zipCode: '02108', country: 'US' },
  payment: { method: 'card', token },
});

/** An id as SQL, in the tables where it is 16 bytes. */
export const literalOf = (id: string): string => `X'${id.replaceAll('-', '')}'`;
