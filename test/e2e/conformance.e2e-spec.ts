import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { connect } from 'amqplib';
import { declareTopology } from '#libs/messaging/topology.js';
import { inventoryDuties, paymentDuties } from '../../tools/conformance/duties.js';
import { Stack } from '../support/stack.js';

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

let stack: Stack;

/** The command line as `npm run conformance` starts it. */
const conformance = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['dist/tools/conformance/main.js', ...args], {
      env: { PATH: process.env['PATH'], RABBITMQ_URL: stack.broker.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
    child.once('close', (code) => resolve({ code, output }));
  });

const inventory = ['--queue', 'inventory.commands', '--sku', 'BEECH-COUNTER', '--stock', '1500'];

beforeAll(async () => {
  stack = await Stack.start({ starting: ['inventory-service', 'payment-service'] });
}, 90_000);

afterAll(() => stack.stop(), 60_000);

describe('the conformance test', () => {
  it('finds that inventory-service does every duty', async () => {
    const { code, output } = await conformance(...inventory);
    expect(output).toContain(`${inventoryDuties.length} passed, 0 failed`);
    expect(output).not.toContain('FAILED');
    expect(code).toBe(0);
  }, 60_000);

  it('finds that payment-service does every duty', async () => {
    const { code, output } = await conformance('--queue', 'payment.commands');
    expect(output).toContain(`${paymentDuties.length} passed, 0 failed`);
    expect(output).not.toContain('FAILED');
    expect(code).toBe(0);
  }, 60_000);

  it('leaves nothing behind: no stock held, no message in any queue', async () => {
    // What was in stock before is in stock now, or this would fail.
    await expect(conformance(...inventory, '--only', 'reserve-short')).resolves.toMatchObject({ code: 0 });
    const model = await connect(stack.broker.url);
    const channel = await model.createChannel();
    for (const queue of ['inventory.commands', 'payment.commands', 'order-service.replies']) {
      for (const name of [queue, `${queue}.parked`]) {
        await expect(channel.checkQueue(name)).resolves.toMatchObject({ queue: name, messageCount: 0 });
      }
    }
    await model.close();
  }, 30_000);

  it('says in JSON what came instead, and ends with 1', async () => {
    const args = ['--queue', 'inventory.commands', '--sku', 'SOLD-OUT', '--stock', '10'];
    const { code, output } = await conformance(...args, '--only', 'reserve', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      queue: 'inventory.commands',
      findings: [{ name: 'reserve', outcome: 'failed', came: expect.stringContaining('0') }],
    });
  }, 30_000);

  it.each([
    ['nothing said', [], '--queue'],
    ['no product', ['--queue', 'inventory.commands'], '--sku and --stock'],
    ['an unknown duty', ['--queue', 'payment.commands', '--only', 'be-nice'], 'No duty is called be-nice'],
    ['no broker', ['--queue', 'payment.commands', '--broker', 'amqp://127.0.0.1:1'], 'cannot be reached'],
  ])('ends with 2: %s', async (_, args, why) => {
    const { code, output } = await conformance(...args);
    expect(output).toContain(why);
    expect(code).toBe(2);
  });

  it('refuses a broker where somebody reads the replies', async () => {
    const model = await connect(stack.broker.url);
    await declareTopology(model);
    const channel = await model.createChannel();
    await channel.consume('order-service.replies', () => undefined, { noAck: true });
    const { code, output } = await conformance('--queue', 'payment.commands');
    await model.close();
    expect(output).toContain('Somebody reads order-service.replies');
    expect(code).toBe(2);
  });
});
