import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { eventually } from '../support/eventually.js';
import { orderFor, OrderClient } from '../support/order-client.js';
import type { ServiceProcess } from '../support/service-process.js';
import { Stack } from '../support/stack.js';
import { endClusters } from './cluster-folder.js';
import { loneBroker, stackServers } from './cluster-servers.js';
import { ReplicatedPair } from './replicated-pair.js';

jest.setTimeout(180_000);

const customer = 'reader';

let pair: ReplicatedPair;
let stack: Stack;
/** Takes orders on the primary, and shows what the replica has. */
let reading: ServiceProcess;
let client: OrderClient;

beforeAll(async () => {
  await endClusters();
  pair = await ReplicatedPair.start();
  stack = await Stack.start({ servers: await stackServers(pair.primary.url, (await loneBroker()).url) });
  reading = await stack.add('order-service', {
    ROLES: 'api',
    OPS_APART: 'true',
    READ_DATABASE_URL: pair.onlyRead(stack.databases.url('orders_read')),
    RUN_MIGRATIONS: 'false',
  });
  client = new OrderClient(reading.url, stack.token(customer));
}, 300_000);

afterAll(async () => {
  await stack?.stop();
  await endClusters();
}, 120_000);

interface History {
  readonly items: readonly OrderDocument[];
}

const history = (headers: Record<string, string> = {}) =>
  client.get<History>(`/api/orders/history/${customer}?limit=1`, headers);

async function place(): Promise<{ id: string; version: number; token: Record<string, string> }> {
  const { status, headers, body } = await client.place(orderFor('OAK-TABLE'));
  expect(status).toBe(201);
  return {
    id: body.id,
    version: body.version,
    token: { 'consistency-token': headers.get('consistency-token')! },
  };
}

describe('a replica for READ_DATABASE_URL', () => {
  it('shows whoever carries a token nothing older, however late it is', async () => {
    await pair.lag(1);
    for (let n = 0; n < 10; n += 1) {
      const { id, version, token } = await place();
      const details = await client.get(`/api/orders/${id}`, token);
      expect([details.status, details.body.id]).toEqual([200, id]);
      expect(details.body.version).toBeGreaterThanOrEqual(version);
      const list = await history(token);
      if (list.status === 200) expect(list.body.items[0]?.id).toBe(id);
      else expect(list.status).toBe(503);
    }
    await pair.lag(0);
  });
});

describe('a replica that stands still', () => {
  afterEach(() => pair.goOn(), 30_000);

  it('holds up no order, is not shown for the answer to a token, and catches up', async () => {
    const before = await place();
    await client.becomes(before.id, ['CONFIRMED']);
    await eventually(async () => expect((await history()).body.items[0]?.id).toBe(before.id), 30_000);
    await pair.standStill();
    const { id, token } = await place();
    // From the write side: the order that was accepted is never "not found", and goes on there.
    await client.becomes(id, ['CONFIRMED'], 60_000);
    const refused = await history(token);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect((await history()).body.items[0]?.id).toBe(before.id);
    await pair.goOn();
    const shown = await eventually(async () => {
      const answer = await history(token);
      if (answer.status !== 200) throw new Error(`the history is answered with ${answer.status}`);
      return answer.body.items[0];
    }, 60_000);
    expect(shown?.id).toBe(id);
  });
});

describe('a replica that is away', () => {
  it('sends its callers to other instances, and is used again when it is back', async () => {
    await pair.replica.kill();
    try {
      await eventually(async () => expect(await readiness(reading.url)).toBe(503), 60_000);
      expect(await readiness(stack.orderUrl)).toBe(200);
    } finally {
      await pair.replica.startAgain();
    }
    await eventually(async () => expect(await readiness(reading.url)).toBe(200), 60_000);
    const { id, token } = await place();
    await eventually(async () => {
      const { status, body } = await history(token);
      expect([status, body.items[0]?.id]).toEqual([200, id]);
    }, 60_000);
    expect([...Object.values(stack.services), reading].flatMap((service) => service.complaints())).toEqual(
      [],
    );
  });
});

const readiness = async (url: string): Promise<number> => (await fetch(`${url}/health/ready`)).status;
