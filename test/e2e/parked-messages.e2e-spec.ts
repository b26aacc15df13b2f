import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PaymentTaken } from '#libs/contracts/payment/payment.messages.js';
import { exchanges, queues } from '#libs/contracts/topology.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { eventually } from '../support/eventually.js';
import { expectInvariants } from '../support/invariants.js';
import { OpsCli } from '../support/ops-cli.js';
import { orderFor, OrderClient } from '../support/order-client.js';
import { Stack } from '../support/stack.js';

/** A participant that answers with a wrong amount, and an operator who mends it by command line. */
let stack: Stack;
let customer: OrderClient;
let operator: OrderClient;
let ops: OpsCli;
let colleague: OpsCli;
let probe: BrokerProbe;

const replies = queues.sagaReplies.name;
const intercepted = 'test.intercepted-replies';

beforeAll(async () => {
  stack = await Stack.start();
  customer = new OrderClient(stack.orderUrl, stack.token('cust-1'));
  operator = new OrderClient(stack.orderUrl, stack.token('op-1', ['operator']));
  ops = new OpsCli(stack.orderUrl, stack.token('op-1', ['operator']));
  colleague = new OpsCli(stack.orderUrl, stack.token('op-2', ['operator']));
  probe = new BrokerProbe(stack.broker.url);
  await eventually(async () => {
    const { body } = await customer.get<{ total: number }>('/api/products?limit=1');
    if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
  }, 20_000);
}, 120_000);

afterAll(async () => {
  await expectInvariants(stack).finally(() => stack.stop());
}, 90_000);

/** From now on replies pass through the test's hands. */
async function standBetween(): Promise<void> {
  await probe.bind(intercepted, exchanges.replies.name, replies);
  await probe.unbind(replies, exchanges.replies.name, replies);
}

async function stepAside(): Promise<void> {
  const model = await connect(stack.broker.url);
  const channel = await model.createChannel();
  await channel.bindQueue(replies, exchanges.replies.name, replies);
  await model.close();
  await probe.unbind(intercepted, exchanges.replies.name, replies);
}

/** Hands replies on as they are, until there is one of this type. */
async function untilReply(type: string): Promise<Envelope<Record<string, unknown>>> {
  return eventually(async () => {
    const message = await probe.take(intercepted);
    if (!message) throw new Error(`no ${type} yet`);
    const reply = JSON.parse(message.content.toString()) as Envelope<Record<string, unknown>>;
    if (reply.type === type) return reply;
    await probe.send(replies, message.content, message.properties);
    throw new Error(`${reply.type} passes`);
  }, 20_000);
}

interface Groups {
  readonly items: readonly { queue: string; type: string; reason: string; count: number }[];
}

interface Listed {
  readonly items: readonly { id: string; messageId: string; subject: string }[];
}

describe('a reply with a wrong amount', () => {
  it('is parked, found, looked at, mended and sent back, and the order is confirmed', async () => {
    await standBetween();
    const { body: order } = await customer.place(orderFor('OAK-TABLE'));
    const taken = await untilReply(PaymentTaken.type);
    const { amount } = taken.data;
    const wrong = {
      ...taken,
      data: { ...taken.data, amount: { amount: '0.01', currency: 'USD' }, token: 'tok_planted' },
    };
    await probe.send(replies, JSON.stringify(wrong), {
      messageId: taken.id,
      type: taken.type,
      persistent: true,
    });
    await stepAside();

    const group = { queue: replies, type: PaymentTaken.type, reason: 'defect' };
    await eventually(async () =>
      expect((await ops.json<Groups>('parked', 'groups')).items).toMatchObject([{ ...group, count: 1 }]),
    );
    const listed = await ops.json<Listed>('parked', 'list', '--group', Object.values(group).join(','));
    expect(listed.items).toMatchObject([{ messageId: taken.id, subject: order.id }]);
    const { id } = listed.items[0]!;

    const shown = await ops.run('parked', 'show', id);
    expect(shown.stdout).toContain('"amount": "0.01"');
    expect(shown.stdout).toContain('took 0.01 USD of 29.99 USD');
    const raw = await operator.get<object>(`/api/admin/dead-letters/${id}`);
    expect(`${shown.stdout}${JSON.stringify(raw.body)}`).not.toContain('tok_planted');

    const why = ['--reason', 'the provider booked all of it', '--yes'];
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'parked-')), 'data.json');
    writeFileSync(file, JSON.stringify({ amount }));
    const refused = await ops.run('parked', 'edit', id, '--data', file, ...why);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('not those of')]);
    writeFileSync(file, JSON.stringify({ paymentId: taken.data['paymentId'], amount }));
    const edited = await ops.run('parked', 'edit', id, '--data', file, ...why);
    expect([edited.code, edited.stdout]).toEqual([0, expect.stringMatching(/^Done: /)]);
    const redriven = await ops.run('parked', 'redrive', id, ...why);
    expect([redriven.code, redriven.stdout]).toEqual([0, expect.stringMatching(/^Proposed: /)]);
    const [, proposal] = /proposals confirm (\S+)/.exec(redriven.stdout)!;
    const own = await ops.run('proposals', 'confirm', proposal!, ...why);
    expect([own.code, own.stderr]).toEqual([1, expect.stringContaining('is yours')]);
    const seen = await colleague.run('proposals', 'show', proposal!);
    expect(seen.stdout).toMatch(/\/data\/amount\/amount +0\.01 +29\.99/);
    const confirmed = await colleague.run('proposals', 'confirm', proposal!, ...why);
    expect([confirmed.code, confirmed.stdout]).toEqual([0, expect.stringMatching(/^Done: /)]);

    await expect(customer.settled(order.id)).resolves.toMatchObject({ status: 'CONFIRMED' });
    const again = await ops.run('parked', 'redrive', id, ...why);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is redriven already')]);
    const trail = await ops.json<{ items: readonly { action: string }[] }>(
      'audit',
      'list',
      '--target',
      `parked-message:${id}`,
    );
    expect(trail.items.map(({ action }) => action)).toEqual([
      'proposal.confirm',
      'parked.redrive',
      'parked.edit',
    ]);
    await expect(ops.run('parked', 'groups')).resolves.toMatchObject({ stdout: 'Nothing is parked.\n' });
  }, 90_000);
});

describe('messages that nobody needs', () => {
  it('are discarded together, by what they have in common', async () => {
    for (let count = 0; count < 150; count++)
      await probe.send(replies, `garbage ${count}`, { messageId: `${count}` });
    await eventually(
      async () =>
        expect((await ops.json<Groups>('parked', 'groups')).items).toMatchObject([
          { reason: 'not-json', count: 150 },
        ]),
      30_000,
    );
    const preview = await ops.run(
      'parked',
      'discard',
      '--cause',
      'not-json',
      '--reason',
      'a test',
      '--preview',
    );
    expect([preview.code, preview.stdout]).toEqual([0, expect.stringContaining('and 140 more')]);
    const done = await ops.run('parked', 'discard', '--cause', 'not-json', '--reason', 'a test', '--yes');
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('150 done\n')]);
    await expect(ops.run('parked', 'groups')).resolves.toMatchObject({ stdout: 'Nothing is parked.\n' });
  }, 90_000);
});
