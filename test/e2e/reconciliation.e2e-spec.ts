import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '#libs/kernel/ids.js';
import { eventually } from '../support/eventually.js';
import { OpsCli } from '../support/ops-cli.js';
import { orderFor, OrderClient } from '../support/order-client.js';
import { Orphans } from '../support/orphans.js';
import { Stack } from '../support/stack.js';

/** An operator compares orders with what the participants have, by command line. */
let stack: Stack;
let customer: OrderClient;
let ops: OpsCli;
let colleague: OpsCli;
let orphans: Orphans;

interface Report {
  readonly items: readonly {
    readonly id: string;
    readonly kind: string;
    readonly orderId: string;
    readonly fix: string | null;
    readonly atRisk: { readonly amount: string } | null;
  }[];
}

interface Run {
  readonly state: string;
  readonly orders: number;
  readonly items: number;
  readonly atRisk: readonly { readonly amount: string; readonly currency: string }[];
}

beforeAll(async () => {
  // Orders of a moment ago are compared, too: this test does not wait for five minutes.
  stack = await Stack.start({ environment: { RECONCILE_QUIET_SECONDS: '0', RECONCILE_EVERY_HOURS: '0' } });
  customer = new OrderClient(stack.orderUrl, stack.token('cust-1'));
  ops = new OpsCli(stack.orderUrl, stack.token('op-1', ['operator']));
  colleague = new OpsCli(stack.orderUrl, stack.token('op-2', ['operator']));
  orphans = new Orphans(stack.databases);
  await eventually(async () => {
    const { body } = await customer.get<{ total: number }>('/api/products?limit=1');
    if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
  }, 20_000);
}, 120_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

async function settledOrder(token = 'tok_ok'): Promise<string> {
  const { body } = await customer.place(orderFor('OAK-TABLE', token));
  return (await customer.settled(body.id)).id;
}

const reconcile = () => ops.run('reconciliation', 'run', '--reason', 'a look', '--json');
const report = (...more: string[]): Promise<Report> =>
  ops.json('reconciliation', 'report', '--limit', '100', ...more);

/** What gives back money takes a second person. */
async function confirmed(answer: string): Promise<void> {
  const { id } = JSON.parse(answer) as { id: string };
  expect((await ops.run('proposals', 'confirm', id, '--reason', 'mine', '--yes')).code).toBe(1);
  expect((await colleague.run('proposals', 'confirm', id, '--reason', 'seen', '--yes')).code).toBe(0);
}

describe('reconciliation', () => {
  it('has nothing to say where everything adds up, over several pages', async () => {
    const orders = 230;
    const clients = Array.from(
      { length: 23 },
      (_, n) => new OrderClient(stack.orderUrl, stack.token(`cust-${n}`)),
    );
    const placed = await Promise.all(
      clients.flatMap((client) =>
        Array.from({ length: orders / clients.length }, () => client.place(orderFor('OAK-TABLE'))),
      ),
    );
    await customer.settled(await settledOrder('tok_declined'));
    const operator = new OrderClient(stack.orderUrl, stack.token('op-1', ['operator']));
    for (const { body } of placed) await operator.settled(body.id);
    const { code, stdout, stderr } = await reconcile();
    expect([code, stderr]).toEqual([0, '3/3\n']);
    const run = JSON.parse(stdout) as Run;
    expect(run).toMatchObject({ state: 'finished', atRisk: [] });
    expect(run.orders).toBe(orders + 1);
    expect(run.items).toBeGreaterThan(2 * orders);
  }, 120_000);

  it('finds each kind of orphan, fixes what is safe to fix, and then has nothing more to say of it', async () => {
    const [lost, paid, unsold, declined, second] = await Promise.all([
      settledOrder(),
      settledOrder(),
      settledOrder(),
      settledOrder('tok_declined'),
      settledOrder(),
    ]);
    const nobody = newId();
    await orphans.refundAtProvider(lost);
    await orphans.forgetPayment(paid);
    await orphans.unsell(unsold);
    const planted = {
      'charge-without-order': await orphans.charge(nobody),
      'second-charge': await orphans.charge(second),
      'second-reservation': await orphans.reservation(second, 'RESERVED'),
      'reservation-without-order': await orphans.reservation(nobody, 'COMMITTED'),
    };
    expect((await reconcile()).code).toBe(1);

    const { items } = await report();
    expect(items.map(({ kind, orderId }) => [kind, orderId]).sort()).toEqual(
      [
        ['books-differ', paid],
        ['charge-without-order', nobody],
        ['not-paid', lost],
        ['reservation-without-order', nobody],
        ['second-charge', second],
        ['second-reservation', second],
        ['stock-not-sold', unsold],
      ].sort(),
    );
    expect(declined).not.toBe('');

    for (const { id, fix, kind } of items) {
      const fixed = await ops.run('reconciliation', 'fix', id, '--reason', 'not theirs', '--yes', '--json');
      expect([kind, fixed.code]).toEqual([kind, fix === null ? 1 : 0]);
      if (fix === 'refund') await confirmed(fixed.stdout);
      if (fix === null) expect(fixed.stderr).toContain('a person has to decide');
      else expect((await ops.run('reconciliation', 'fix', id, '--reason', 'again', '--yes')).code).toBe(1);
    }
    await eventually(async () => {
      expect(await orphans.kept(planted['charge-without-order'])).toBe(0);
      expect(await orphans.kept(planted['second-charge'])).toBe(0);
      const sagas = await ops.json<{ items: { status: string }[] }>('sagas', 'list', '--saga', 'give-back');
      expect(sagas.items.map(({ status }) => status)).toEqual(Array(4).fill('completed'));
    }, 20_000);

    const [left] = items.filter(({ kind }) => kind === 'not-paid');
    const reason = ['--reason', 'refunded by phone', '--yes'];
    await confirmed((await ops.run('reconciliation', 'ignore', left!.id, ...reason, '--json')).stdout);
    expect((await reconcile()).code).toBe(1);
    const after = await report();
    expect(after.items.map(({ kind }) => kind).sort()).toEqual(['books-differ', 'stock-not-sold']);
    expect((await report('--state', 'gone')).items).toHaveLength(4);
    const trail = await ops.json<{ items: { action: string }[] }>(
      'audit',
      'list',
      '--action',
      'reconciliation.fix',
    );
    expect(trail.items).toHaveLength(4);
  }, 120_000);

  it('reports nothing that is only under way', async () => {
    const known = (await report()).items.length;
    const traffic = Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const client = new OrderClient(stack.orderUrl, stack.token(`cust-${n}`));
        for (let order = 0; order < 15; order += 1) {
          await client.place(orderFor('OAK-CHAIR', n % 3 === 0 ? 'tok_declined' : 'tok_ok'));
        }
      }),
    );
    for (let run = 0; run < 3; run += 1) await reconcile();
    await traffic;
    expect((await report()).items).toHaveLength(known);
  }, 120_000);

  it('is one at a time, and for operators only', async () => {
    const asked = (roles: string[]) =>
      new OrderClient(stack.orderUrl, stack.token('somebody', roles)).send(
        'POST',
        '/api/admin/reconciliation/runs',
        {
          reason: 'two at once',
        },
      );
    const answers = await Promise.all([asked(['operator']), asked(['operator'])]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect((await asked(['customer'])).status).toBe(403);
  });

  it('waits for a participant that is away', async () => {
    const operator = new OrderClient(stack.orderUrl, stack.token('op-1', ['operator']));
    const latest = async () =>
      (await operator.get<{ items: Run[] }>('/api/admin/reconciliation/runs')).body.items[0]?.state;
    await eventually(async () => expect(await latest()).toBe('finished'), 20_000);
    await stack.services['inventory-service'].end('SIGTERM');
    const run = ops.run('reconciliation', 'run', '--reason', 'inventory is away');
    await eventually(async () => expect(await latest()).toBe('asking'));
    await stack.services['inventory-service'].start();
    await run;
    expect(await latest()).toBe('finished');
  }, 120_000);
});
