import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { parkedQueueOf, queues } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { createGuardedVirtualHost } from '../support/broker.js';
import { createTestDatabases } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { OpsCli } from '../support/ops-cli.js';
import { orderFor, OrderClient } from '../support/order-client.js';
import { PublishedMessages, type Published } from '../support/published-messages.js';
import { Stack } from '../support/stack.js';
import { testsOwn, TrafficRecording } from '../support/traffic-recording.js';

/** Every message of a stack that does everything it can, beside docs/asyncapi.yaml. */
let document: PublishedMessages;
let recording: TrafficRecording;
let stack: Stack;
let customer: OrderClient;
let staff: OrderClient;
let probe: BrokerProbe;
let asOrderService: BrokerProbe;

beforeAll(async () => {
  document = await PublishedMessages.read();
  // Each service with its own user: what it may not do, it does without.
  const broker = await createGuardedVirtualHost();
  recording = await TrafficRecording.of(broker);
  const databases = await createTestDatabases(['orders', 'orders_read', 'inventory', 'payments']);
  stack = await Stack.start({
    servers: { databases, broker },
    environment: { ...broker.environment, RECONCILE_QUIET_SECONDS: '0', RECONCILE_EVERY_HOURS: '0' },
  });
  customer = new OrderClient(stack.orderUrl, stack.token('cust-1'));
  staff = new OrderClient(stack.orderUrl, stack.token('op-1', ['operator']));
  probe = new BrokerProbe(broker.url);
  asOrderService = new BrokerProbe(broker.serviceUrls['order-service']);
  await eventually(async () => {
    const { body } = await customer.get<{ total: number }>('/api/products?limit=1');
    if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
  }, 20_000);
}, 150_000);

afterAll(async () => {
  await recording.end();
  await stack.stop();
}, 60_000);

const typeOf = ({ body, properties }: Published): unknown =>
  body.startsWith('{') ? (JSON.parse(body) as { type?: unknown }).type : properties.type;

async function ordered(productId: string, token?: string): Promise<string> {
  const { body } = await customer.place(orderFor(productId, token));
  return (await customer.settled(body.id)).id;
}

/** A command that is too late, from nobody's saga: it is answered as cancelled, and the answer is parked. */
async function tooLate({ type, exchange, routingKey }: MessageType, data: object): Promise<void> {
  const id = newId();
  const envelope = {
    specversion: '1.0',
    id,
    type,
    source: '/order-service',
    subject: newId(),
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: `/schemas/${type}.json`,
    sagaid: newId(),
    commandid: newId(),
    expirytime: '2020-01-01T00:00:00.000Z',
    data,
  };
  const properties = { messageId: id, type, appId: testsOwn };
  await asOrderService.publish(exchange.name, routingKey, JSON.stringify(envelope), properties);
}

describe('All that is on the wire', () => {
  it('is as the AsyncAPI document says, and every message of the document is among it', async () => {
    const [sent, cancelled] = await Promise.all([
      ordered('OAK-TABLE'),
      ordered('OAK-CHAIR'),
      ordered('OAK-TABLE', 'tok_declined'),
      ordered('SOLD-OUT'),
      ordered('LAST-ONE'),
      ordered('OAK-TABLE', 'tok_pending'),
    ]);
    await customer.cancel(cancelled, { reason: 'a test' });
    await customer.becomes(cancelled, ['CANCELLED']);
    const parcel = { status: 'SHIPPED', trackingNumber: '1Z999', carrier: 'UPS' };
    for (const change of [{ status: 'PREPARING' }, parcel, { status: 'DELIVERED' }])
      expect((await staff.setStatus(sent, change)).status).toBe(200);

    const amount = { amount: '1.00', currency: 'USD' };
    await tooLate(ReserveStock, { reservationId: newId(), lines: [{ sku: 'OAK-TABLE', quantity: 1 }] });
    await tooLate(TakePayment, { paymentId: newId(), customerId: 'cust-1', amount, method: 'card' });
    await probe.send(queues.projections.name, 'not JSON', { messageId: newId(), appId: testsOwn });
    const ops = new OpsCli(stack.orderUrl, stack.token('op-1', ['operator']));
    await ops.run('reconciliation', 'run', '--reason', 'a look', '--json');

    const expected = [...document.types].sort();
    await eventually(() => {
      const seen = new Set(recording.published.map(typeOf));
      expect(expected.filter((type) => !seen.has(type))).toEqual([]);
    }, 30_000);
    const parked = parkedQueueOf(queues.projections.name);
    await eventually(() => {
      const keys = recording.published.map(({ routingKeys }) => routingKeys[0]);
      expect(keys).toContain(parked);
    });

    const problems = recording.published.flatMap((published) =>
      document.problemsOf(published).map((problem) => `${String(typeOf(published))}: ${problem}`),
    );
    expect([...new Set(problems)]).toEqual([]);
    expect(document.answerProblems(recording.published)).toEqual([]);
  }, 120_000);
});
