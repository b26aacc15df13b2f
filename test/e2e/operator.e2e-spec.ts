import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { expectInvariants } from '../support/invariants.js';
import { OpsCli } from '../support/ops-cli.js';
import { orderFor, OrderClient, type Problem } from '../support/order-client.js';
import { Stack } from '../support/stack.js';

/** An operator at work, by command line, while payment-service is away. */
let stack: Stack;
let customer: OrderClient;
let operator: OrderClient;
let ops: OpsCli;
let colleague: OpsCli;

interface Listed {
  readonly items: readonly { readonly id: string }[];
}

interface Shown {
  readonly status: string;
  readonly step: string | null;
  readonly revision: number;
  readonly attempt: number | null;
  readonly timeline: { readonly items: readonly { readonly kind: string }[] };
}

interface Trail {
  readonly items: readonly { readonly actor: string; readonly action: string; readonly outcome: string }[];
}

const why = ['--reason', 'payment has been away', '--yes'];

beforeAll(async () => {
  stack = await Stack.start();
  customer = new OrderClient(stack.orderUrl, stack.token('cust-1'));
  operator = new OrderClient(stack.orderUrl, stack.token('op-1', ['operator']));
  ops = new OpsCli(stack.orderUrl, stack.token('op-1', ['operator']));
  colleague = new OpsCli(stack.orderUrl, stack.token('op-2', ['operator']));
  await eventually(async () => {
    const { body } = await customer.get<{ total: number }>('/api/products?limit=1');
    if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
  }, 20_000);
  await stack.services['payment-service'].end('SIGTERM');
}, 120_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

const show = (id: string): Promise<Shown> => ops.json<Shown>('sagas', 'show', id);

/** An order whose saga waits for payment-service, which is away. */
async function stuckOrder(): Promise<string> {
  const { body } = await customer.place(orderFor('OAK-TABLE', 'tok_ok', { note: 'planted' }));
  await eventually(async () => expect(await show(body.id)).toMatchObject({ step: 'take-payment' }));
  return body.id;
}

describe('an operator', () => {
  it('finds the sagas that are stuck, and sees the story of one', async () => {
    const id = await stuckOrder();
    const listed = await ops.json<Listed>('sagas', 'list', '--status', 'running', '--step', 'take-payment');
    expect(listed.items.map((saga) => saga.id)).toContain(id);
    const table = await ops.run('sagas', 'list', '--order', id);
    expect(table.stdout).toMatch(
      new RegExp(`${id} +place-order \\d+ +running +take-payment +1 .*retry compensate`),
    );
    const story = await ops.run('sagas', 'show', id);
    expect(story.stdout).toMatch(
      /--> {2}Asked inventory to reserve stock\.[^]*<-- {2}Inventory answered: stock reserved\./,
    );
    expect(story.stdout).toContain('-->  Asked payment to take payment.');
    const summary = await ops.run('sagas', 'summary');
    expect(summary.stdout).toMatch(/place-order \d+ +take-payment +running/);
    expect(`${JSON.stringify(await show(id))}${story.stdout}`).not.toMatch(/tok_ok|planted|Main St/);
  }, 60_000);

  it('reads what would happen, and nothing has happened', async () => {
    const id = await stuckOrder();
    const { code, stdout } = await ops.run('sagas', 'compensate', id, '--reason', 'x', '--preview');
    expect([code, stdout]).toEqual([0, expect.stringContaining('the order will be rejected.')]);
    const unasked = await ops.run('sagas', 'compensate', id, '--reason', 'x');
    expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining('use --yes')]);
    expect(await show(id)).toMatchObject({ status: 'running' });
  }, 60_000);

  it('has a command asked again', async () => {
    const id = await stuckOrder();
    const { code, stdout } = await ops.run('sagas', 'retry', id, ...why);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Asked payment to take payment again (attempt 2).'),
    ]);
    expect(await show(id)).toMatchObject({ status: 'running', attempt: 2 });
  }, 60_000);

  it('retries all that are stuck at a step, one by one', async () => {
    const ids = [await stuckOrder(), await stuckOrder()];
    const before = await Promise.all(ids.map(show));
    const { code, stdout, stderr } = await ops.run(
      'sagas',
      'retry',
      '--all',
      '--status',
      'running',
      '--step',
      'take-payment',
      ...why,
    );
    expect([code, stderr.trim()]).toEqual([0, expect.stringMatching(/^(\d+)\/\1$/)]);
    expect(stdout).toMatch(/^\d+ retried$/m);
    for (const [index, id] of ids.entries()) {
      expect((await show(id)).attempt).toBeGreaterThan(before[index]!.attempt!);
    }
  }, 60_000);

  it('undoes a saga, and resolves by hand what a participant that is away was to undo', async () => {
    const id = await stuckOrder();
    expect((await ops.run('sagas', 'resolve', id, ...why)).stdout).toMatch(
      /^Would be refused: .*can be undone/,
    );
    expect((await ops.run('sagas', 'compensate', id, ...why)).code).toBe(0);
    expect(await show(id)).toMatchObject({ status: 'rolling-back', step: 'take-payment' });
    const claimed = await ops.run('sagas', 'resolve', id, ...why);
    expect(claimed.stdout).toMatch(/^Proposed: .*payment\.refund-payment\.v1 by hand/);
    expect(await show(id)).toMatchObject({ status: 'rolling-back', step: 'take-payment' });
    // It is asked again meanwhile; what was claimed is the same.
    expect((await ops.run('sagas', 'retry', id, ...why)).code).toBe(0);
    const [, proposal] = /proposals confirm (\S+)/.exec(claimed.stdout)!;
    const resolved = await colleague.run('proposals', 'confirm', proposal!, ...why);
    expect(resolved.stdout).toContain('Asked inventory to release stock.');
    const order = await customer.settled(id);
    expect(order).toMatchObject({ status: 'REJECTED', reason: { code: 'cancelled-by-operator' } });

    const late = await ops.run('sagas', 'retry', id, ...why);
    expect([late.code, late.stdout]).toEqual([1, 'Would be refused: the saga had ended.\n']);
    const trail = await ops.json<Trail>('audit', 'list', '--target', `saga:${id}`);
    expect(trail.items.map(({ actor, action, outcome }) => [actor, action, outcome])).toEqual([
      ['op-2', 'proposal.confirm', 'saga.resolve: done; proposed by op-1'],
      ['op-1', 'saga.retry', 'done'],
      ['op-1', 'saga.resolve', `proposed: ${proposal}`],
      ['op-1', 'saga.compensate', 'done'],
    ]);
  }, 60_000);

  it('is told in a sentence what is not allowed, not there or makes no sense', async () => {
    const id = await stuckOrder();
    const theirs = new OpsCli(stack.orderUrl, stack.token('cust-1'));
    for (const command of [
      ['sagas', 'list'],
      ['audit', 'list'],
      ['sagas', 'retry', id, ...why],
    ]) {
      const { code, stderr } = await theirs.run(...command);
      expect([code, stderr]).toEqual([1, 'Not allowed: your roles do not allow this\n']);
    }
    const gone = await ops.run('sagas', 'show', randomUUID());
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringMatching(/^There is no such saga: /)]);
    expect(await ops.run('sagas', 'retry', id, '--yes')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: required option '--reason <why>'/),
    });
    expect((await ops.run('nothing')).code).toBe(2);
  }, 60_000);

  it('does once what is sent twice, and is refused what is not legal', async () => {
    const id = await stuckOrder();
    const path = `/api/admin/sagas/${id}/compensate`;
    const key = { 'idempotency-key': randomUUID() };
    const send = () => operator.send<Problem>('POST', path, { reason: 'two clicks' }, key);
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const again = await operator.send<Problem>('POST', path, { reason: 'third click' });
    expect([again.status, again.body.code, again.body['outcome']]).toEqual([
      409,
      'saga-action-refused',
      'already-rolling-back',
    ]);
    const { timeline } = await show(id);
    expect(timeline.items.filter(({ kind }) => kind === 'compensating')).toHaveLength(1);
    const trail = await ops.json<Trail>('audit', 'list', '--target', `saga:${id}`);
    expect(trail.items.map(({ outcome }) => outcome)).toEqual(['refused: already-rolling-back', 'done']);
  }, 60_000);

  it('leaves everything in order once payment-service is back', async () => {
    const id = await stuckOrder();
    expect((await ops.run('sagas', 'compensate', id, ...why)).code).toBe(0);
    await stack.services['payment-service'].start();
    await expect(customer.settled(id, 60_000)).resolves.toMatchObject({
      status: 'REJECTED',
      reason: { code: 'cancelled-by-operator', detail: 'Cancelled by an operator.' },
    });
    await eventually(
      async () => expect(await ops.json('sagas', 'summary')).toMatchObject({ active: 0 }),
      60_000,
    );
    await expectInvariants(stack);
  }, 180_000);
});
