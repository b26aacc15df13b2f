import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parkedQueueOf, queues } from '#libs/contracts/topology.js';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { MetricsPage } from '../../bench/system-under-test/metrics-page.js';
import { eventually } from '../support/eventually.js';
import { expectInvariants } from '../support/invariants.js';
import { OpsCli } from '../support/ops-cli.js';
import { orderFor, OrderClient, type Problem } from '../support/order-client.js';
import type { ServiceProcess } from '../support/service-process.js';
import { Stack } from '../support/stack.js';

/** order-service as three processes, each with one role. */
let stack: Stack;
let worker: ServiceProcess;
let operators: ServiceProcess;
let customer: OrderClient;
let ops: OpsCli;
let probe: BrokerProbe;

const operatorRoutes = [
  'sagas',
  'sagas/summary',
  'dead-letters',
  'reconciliation/runs',
  'proposals',
  'audit',
].map((route) => `/api/admin/${route}`);
const why = ['--reason', 'a test', '--yes'];

beforeAll(async () => {
  stack = await Stack.start({
    environment: {
      ROLES: 'api',
      OPS_APART: 'true',
      RECONCILE_QUIET_SECONDS: '0',
      RECONCILE_EVERY_HOURS: '0',
    },
  });
  worker = await stack.add('order-service', { ROLES: 'worker' });
  operators = await stack.add('order-service', { ROLES: 'ops' });
  customer = new OrderClient(stack.orderUrl, stack.token('cust-1'));
  ops = new OpsCli(operators.url, stack.token('op-1', ['operator']));
  probe = new BrokerProbe(stack.broker.url);
  await eventually(async () => {
    const { body } = await customer.get<{ total: number }>('/api/products?limit=1');
    if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
  }, 20_000);
}, 120_000);

afterAll(async () => {
  await expectInvariants(stack).finally(() => stack.stop());
}, 90_000);

/** What an operator is answered at these routes of a process. */
async function answersOf({ url }: { readonly url: string }, routes: readonly string[]): Promise<Set<number>> {
  const operator = new OrderClient(url, stack.token('op-1', ['operator']));
  return new Set(await Promise.all(routes.map(async (route) => (await operator.get(route)).status)));
}

async function stuckOrder(): Promise<string> {
  const { body } = await customer.place(orderFor('OAK-TABLE'));
  await eventually(async () =>
    expect(await ops.json<object>('sagas', 'show', body.id)).toMatchObject({ step: 'take-payment' }),
  );
  return body.id;
}

describe('processes of one role each', () => {
  it('take an order, carry it on, and show it to operators', async () => {
    const { body } = await customer.place(orderFor('OAK-TABLE'));
    await expect(customer.settled(body.id)).resolves.toMatchObject({ status: 'CONFIRMED' });
    await expect(ops.json('sagas', 'show', body.id)).resolves.toMatchObject({ status: 'completed' });
  }, 60_000);

  it('serve what is theirs, and nothing of the others', async () => {
    const shopRoutes = ['/api/products', '/api/orders'];
    expect(await answersOf(operators, operatorRoutes)).toEqual(new Set([200]));
    expect(await answersOf({ url: stack.orderUrl }, operatorRoutes)).toEqual(new Set([404]));
    expect(await answersOf(worker, [...operatorRoutes, ...shopRoutes])).toEqual(new Set([404]));
    expect(await answersOf(operators, shopRoutes)).toEqual(new Set([404]));
    const misled = new OrderClient(operators.url, stack.token('cust-1'));
    expect((await misled.place<Problem>(orderFor('OAK-TABLE'))).status).toBe(404);
    expect((await misled.get<Problem>('/api/admin/sagas')).status).toBe(403);
    expect((await new OrderClient(operators.url, null).get('/api/admin/sagas')).status).toBe(401);
    // Their commands, too, have places of which there are so many.
    await expect((await fetch(operators.metricsUrl)).text()).resolves.toMatch(
      /^orders_places_taken\{lane="other-command"[^}]*\} 0$/m,
    );
  });

  it('show the stats that are theirs', async () => {
    const statsOf = async ({ metricsUrl }: ServiceProcess): Promise<string[]> => {
      const ages = (await MetricsPage.of(metricsUrl)).by('orders_stats_refreshed_timestamp_seconds', 'stats');
      return [...ages.keys()].sort();
    };
    const ofAll = ['housekeeping', 'outbox', 'parked-messages'];
    expect(await statsOf(stack.services['order-service'])).toEqual(['outbox']);
    expect(await statsOf(worker)).toEqual([...ofAll, 'orders', 'sagas', 'view-sweep'].sort());
    expect(await statsOf(operators)).toEqual([...ofAll, 'jobs', 'proposals', 'reconciliation'].sort());
    const apiPage = await MetricsPage.of(stack.services['order-service'].metricsUrl);
    // What is never looked up would be the least of all for ever.
    expect([...apiPage.by('orders_saga_unknown', 'saga')]).toEqual([]);
  });

  it('read the queues that are theirs', async () => {
    const { sagaReplies, projections, catalogue, reconciliation } = queues;
    const readers = async (...names: string[]) => Promise.all(names.map((name) => probe.consumers(name)));
    const ofWorkers = [sagaReplies, projections, catalogue].map(({ name }) => name);
    const ofOps = [reconciliation.name, ...Object.values(queues).map(({ name }) => parkedQueueOf(name))];
    await worker.end('SIGTERM');
    expect(await readers(...ofWorkers)).toEqual(ofWorkers.map(() => 0));
    expect(await readers(...ofOps)).toEqual(ofOps.map(() => 1));
    await operators.end('SIGTERM');
    await worker.start();
    await eventually(async () => expect(await readers(...ofWorkers)).toEqual(ofWorkers.map(() => 1)));
    expect(await readers(...ofOps)).toEqual(ofOps.map(() => 0));
    await operators.start();
  }, 60_000);

  it('act for an operator on a saga', async () => {
    await stack.services['payment-service'].end('SIGTERM');
    const id = await stuckOrder();
    expect((await ops.run('sagas', 'compensate', id, ...why)).code).toBe(0);
    await stack.services['payment-service'].start();
    await expect(customer.settled(id, 60_000)).resolves.toMatchObject({
      status: 'REJECTED',
      reason: { code: 'cancelled-by-operator' },
    });
  }, 120_000);

  it('collect what the worker parks, and do a job about it', async () => {
    await probe.send(queues.sagaReplies.name, 'garbage', { messageId: 'garbage-1' });
    await eventually(async () =>
      expect(await ops.json('parked', 'groups')).toMatchObject({ items: [{ reason: 'not-json', count: 1 }] }),
    );
    const { code, stdout } = await ops.run('parked', 'discard', '--cause', 'not-json', ...why);
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 done\n')]);
  }, 60_000);

  it('compare orders with what participants have', async () => {
    const { code, stdout } = await ops.run('reconciliation', 'run', '--reason', 'a look', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ state: 'finished', orders: 2 }),
    ]);
  }, 60_000);

  it('warn of nothing about roles', () => {
    const all = [stack.services['order-service'], worker, operators];
    expect(all.flatMap((process) => process.warnings()).filter((line) => line.includes('ROLES'))).toEqual([]);
  });
});

describe('roles that were set before there was ops', () => {
  it('mean what they did, with a warning', async () => {
    const before = await stack.add('order-service', { ROLES: 'api,worker', OPS_APART: '' });
    expect(await answersOf(before, [...operatorRoutes, '/api/products'])).toEqual(new Set([200]));
    await eventually(async () => expect(await probe.consumers(queues.reconciliation.name)).toBe(2));
    expect(before.warnings()).toContainEqual(expect.stringMatching(/^ROLES=api,worker is without ops/));
    await before.end('SIGTERM');
  }, 60_000);
});
