import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { queues } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { onServer } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { OrderClient, orderFor } from '../support/order-client.js';
import type { ServiceProcess } from '../support/service-process.js';
import { Stack } from '../support/stack.js';

const hook = pathToFileURL(path.join(import.meta.dirname, 'poison/die-of-poison.mjs')).href;
const queue = queues.inventoryCommands.name;

/** A command like any other, except that whoever reads it dies. */
function poison() {
  const id = newId();
  const envelope = {
    specversion: '1.0',
    id,
    type: ReserveStock.type,
    source: '/test',
    subject: newId(),
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: `/schemas/${ReserveStock.type}.json`,
    sagaid: newId(),
    commandid: newId(),
    data: { reservationId: newId(), lines: [{ sku: 'POISON-THAT-KILLS', quantity: 1 }] },
  };
  return { id, body: JSON.stringify(envelope) };
}

let stack: Stack;
let inventory: ServiceProcess;

beforeAll(async () => {
  stack = await Stack.start({ starting: ['order-service', 'payment-service'] });
  inventory = await stack.add('inventory-service', { NODE_OPTIONS: `--import ${hook}` });
}, 90_000);

afterAll(() => stack?.stop(), 60_000);

/** What order-service has collected from the parking lots. */
async function parkedMessages(): Promise<object[]> {
  const sql = 'SELECT queue, message_id, reason, detail FROM parked_messages';
  const [rows] = await onServer((server) => server.query(sql), stack.databases.url('orders'));
  return rows as object[];
}

describe('a message that kills whoever reads it', () => {
  it('is parked by the broker after enough deaths, while orders go on being settled', async () => {
    const client = new OrderClient(stack.orderUrl, stack.token('customer-1'));
    const ids: string[] = [];
    const placeTen = async (): Promise<void> => {
      for (let count = 0; count < 10; count++) {
        const { status, body } = await client.place(orderFor('OAK-TABLE'));
        expect(status).toBe(201);
        ids.push(body.id);
      }
    };
    await eventually(placeTen, 30_000);

    const { id, body } = poison();
    await new BrokerProbe(stack.broker.url).send(queue, body, { messageId: id, type: ReserveStock.type });
    let deaths = 0;
    const parkedOrDied = () =>
      eventually(async () => {
        if ((await parkedMessages()).length > 0) return 'parked';
        if (!inventory.hasDied()) throw new Error('it is not parked, and has killed nobody');
        return 'died';
      }, 60_000);
    while ((await parkedOrDied()) === 'died') {
      deaths += 1;
      // They wait beside the poison, and are delivered together with it.
      await placeTen();
      await inventory.start().catch(() => undefined);
    }
    expect(deaths).toBeGreaterThan(0);
    for (const order of ids) await client.settled(order, 180_000);
    expect(await parkedMessages()).toMatchObject([{ queue, message_id: id, reason: 'delivery-limit' }]);
    process.stdout.write(`poison: parked after ${deaths} deaths, ${ids.length} orders beside it\n`);
  }, 900_000);
});
