import { setTimeout as pause } from 'node:timers/promises';
import type { OrderDocument, OrderStatus } from '#libs/contracts/order/order.messages.js';
import { products } from '../../load/order-requests.js';
import type { ServicesUnderTest } from '../../system-under-test/services-under-test.js';
import { ApiClient } from '../api-client.js';

const lineCounts = [1, 2, 4];
const maxWaitMs = 60_000;
const pollMs = 50;

type Walk = (client: ApiClient, id: string) => Promise<unknown>;

const set =
  (body: object): Walk =>
  (client, id) =>
    client.send('PUT', `/api/orders/${id}/status`, body);
const preparing = set({ status: 'PREPARING' });
const shipped = set({ status: 'SHIPPED', trackingNumber: '1Z999AA10123456784', carrier: 'UPS' });
const onTheRoad = set({ status: 'OUT_FOR_DELIVERY' });
const delivered = set({ status: 'DELIVERED' });
const cancelled: Walk = (client, id) => client.send('POST', `/api/orders/${id}/cancel`, {});

/** How an order gets where it is; each begins with one that was placed and is confirmed, or rejected. */
const walks: Readonly<Partial<Record<OrderStatus, readonly Walk[]>>> = {
  REJECTED: [],
  CONFIRMED: [],
  PREPARING: [preparing],
  SHIPPED: [preparing, shipped],
  OUT_FOR_DELIVERY: [preparing, shipped, onTheRoad],
  DELIVERED: [preparing, shipped, onTheRoad, delivered],
  CANCELLED: [cancelled],
};

/** One order in each status and of each size, placed and led there through the API: what is copied is real. */
export async function makeSpecimens(services: ServicesUnderTest): Promise<OrderDocument[]> {
  const client = ApiClient.staffOf(services);
  const found: OrderDocument[] = [];
  for (const lines of lineCounts) {
    for (const [status, walk] of Object.entries(walks)) {
      const { id } = await place(client, `specimen-${status.toLowerCase()}-${lines}`, lines, {
        token: status === 'REJECTED' ? 'tok_declined' : 'tok_ok',
      });
      for (const step of walk) await step(client, id);
      found.push(await seen(client, id, status));
    }
  }
  return found;
}

/** Orders that stay pending, as long as nobody takes payments. */
export async function makePendingSpecimens(services: ServicesUnderTest): Promise<OrderDocument[]> {
  const client = ApiClient.staffOf(services);
  const found: OrderDocument[] = [];
  for (const lines of lineCounts) {
    const { id } = await place(client, `specimen-pending-${lines}`, lines, {
      token: 'tok_ok',
      waitSeconds: 0,
    });
    await until(`order ${id} waits for its payment`, async () => {
      const { step } = await client.get<{ step: string | null }>(`/api/orders/${id}/status`);
      return step === 'take-payment' ? step : null;
    });
    found.push(await seen(client, id, 'PENDING'));
  }
  return found;
}

function place(
  client: ApiClient,
  customerId: string,
  lines: number,
  { token, waitSeconds = 10 }: { token: string; waitSeconds?: number },
): Promise<OrderDocument> {
  const body = {
    customerId,
    items: products.slice(0, lines).map((productId, n) => ({ productId, quantity: n + 1 })),
    shippingAddress: {
      name: 'A. Customer',
      street: '123 Main St',
      city: 'Boston',
      zipCode: '02108',
      country: 'US',
    },
    payment: { method: 'card', token },
  };
  return client.send('POST', '/api/orders', body, waitSeconds > 0 ? { prefer: `wait=${waitSeconds}` } : {});
}

/** The order once the read side shows it so. */
const seen = (client: ApiClient, id: string, status: string): Promise<OrderDocument> =>
  until(`order ${id} is ${status}`, async () => {
    const { nextStatuses: _, ...order } = await client.get<OrderDocument & { nextStatuses: unknown }>(
      `/api/orders/${id}`,
    );
    return order.status === status ? order : null;
  });

async function until<Found>(what: string, look: () => Promise<Found | null>): Promise<Found> {
  for (const deadline = performance.now() + maxWaitMs; performance.now() < deadline; await pause(pollMs)) {
    const found = await look();
    if (found !== null) return found;
  }
  throw new Error(`not within ${maxWaitMs} ms: ${what}`);
}
