import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { MetricsPage } from '../../bench/system-under-test/metrics-page.js';
import { TcpProxy } from '../../tools/faults/tcp-proxy.js';
import { testServerUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { orderFor, OrderClient } from '../support/order-client.js';
import { usualOrders } from '../support/order-load.js';
import { pick, seeded } from '../support/random.js';
import type { ServiceName } from '../support/service-process.js';
import { Stack } from '../support/stack.js';

/** By hand, for longer: SERIES_ORDERS=10000. */
const orderCount = Number(process.env['SERIES_ORDERS'] ?? 200);

/** What a service may show when orders of every kind have gone through it. More is a label or a histogram to think about. */
const maxSeries: Readonly<Record<ServiceName, number>> = {
  'order-service': 1_400,
  'inventory-service': 280,
  'payment-service': 320,
};
const names = Object.keys(maxSeries) as ServiceName[];

let line: TcpProxy;
let stack: Stack;
let client: OrderClient;

beforeAll(async () => {
  line = await TcpProxy.to(testServerUrl());
  stack = await Stack.start({
    environment: { METRICS_REFRESH_SECONDS: '1' },
    through: async (instance, url) =>
      instance === 'order-service' && url.startsWith('mysql:') ? line.url(url) : url,
  });
  client = new OrderClient(stack.orderUrl, stack.token('cust-1'));
  await eventually(async () => {
    const { body } = await client.get<{ total: number }>('/api/products?limit=1');
    if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
  }, 60_000);
}, 180_000);

afterAll(async () => {
  line.heal();
  await stack.stop();
  await line.close();
}, 90_000);

const pageOf = async (name: ServiceName): Promise<string> =>
  (await fetch(stack.services[name].metricsUrl, { signal: AbortSignal.timeout(120_000) })).text();

/** Names with labels, but for Node's own, of which there are as many kinds as Node has at the moment. */
const seriesIn = (page: string): string[] =>
  [...page.matchAll(/^([a-z_]\w*(?:\{.*\})?) \S+$/gm)]
    .map(([, series]) => series!)
    .filter((series) => !/^(nodejs|process)_/.test(series));

const allSeries = async (): Promise<Set<string>> =>
  new Set(
    (
      await Promise.all(
        names.map(async (name) => seriesIn(await pageOf(name)).map((one) => `${name} ${one}`)),
      )
    ).flat(),
  );

async function everySagaHasEnded(): Promise<void> {
  await eventually(async () => {
    const page = new MetricsPage(await pageOf('order-service'));
    expect(page.sum('orders_saga_finished_total')).toBe(page.sum('orders_saga_started_total'));
  }, 120_000);
}

/** Orders, and what is none, of every kind that customers send. */
const kinds: readonly object[] = [
  ...new Set(usualOrders),
  orderFor('OAK-TABLE', 'tok_ok', { payment: { method: 'cash_on_delivery' } }),
  orderFor('NOBODY-HAS-THIS'),
  orderFor('OAK-TABLE', 'tok_ok', { items: [] }),
];

async function send(kind: object, more: object = {}, customer = 'cust-1'): Promise<void> {
  const caller = new OrderClient(stack.orderUrl, stack.token(customer));
  const { body } = await caller.place({ ...kind, ...more });
  if (body.id) await caller.get(`/api/orders/${body.id}`);
}

describe('metrics of the running services', () => {
  it('are served to their own machine only', async () => {
    for (const name of names) {
      const elsewhere = stack.services[name].metricsUrl.replace('127.0.0.1', '127.0.0.2');
      await expect(fetch(elsewhere)).rejects.toThrow();
    }
  });

  it('do not become more by random orders', async () => {
    for (const kind of kinds) await send(kind);
    await everySagaHasEnded();
    const before = await allSeries();
    const random = seeded(Date.now());
    const customers = async (): Promise<void> => {
      for (let sent = 0; sent < orderCount / 10; sent += 1) {
        const more = {
          clientOrderId: randomUUID(),
          note: randomUUID(),
          shippingAddress: {
            street: randomUUID(),
            city: randomUUID(),
            zipCode: String(sent),
            country: pick(random, ['US', 'DE', 'JP']),
          },
        };
        await send(pick(random, kinds), more, `cust-${randomUUID()}`);
      }
    };
    await Promise.all(Array.from({ length: 10 }, customers));
    await everySagaHasEnded();
    const after = await allSeries();
    // A machine that has too much to do may say so.
    const busy = /status_code="(429|503)"|result="failed"/;
    expect([...after].filter((series) => !before.has(series) && !busy.test(series))).toEqual([]);
    expect([...before].filter((series) => !after.has(series))).toEqual([]);
  }, 300_000);

  it.each(names)('are no more than so many, of %s', async (name) => {
    const count = seriesIn(await pageOf(name)).length;
    expect(count).toBeLessThanOrEqual(maxSeries[name]);
    expect(count).toBeGreaterThan(maxSeries[name] * 0.7);
  });

  it('are asked for by a thousand at once while the database is frozen, and show what was, and since when', async () => {
    const { metricsUrl } = stack.services['order-service'];
    const refreshed = async () =>
      (await MetricsPage.of(metricsUrl)).by('orders_stats_refreshed_timestamp_seconds', 'stats');
    const orders = async () => (await pageOf('order-service')).match(/^orders_by_status\{.*$/gm);
    line.make({ stalled: 'both' });
    const looked = [
      'sagas',
      'orders',
      'view-sweep',
      'housekeeping',
      'reconciliation',
      'proposals',
      'jobs',
      'outbox',
    ];
    const frozen = await eventually(async () => {
      const now = await refreshed();
      for (const stats of looked) {
        expect([stats, Date.now() / 1_000 - now.get(stats)! > 3]).toEqual([stats, true]);
      }
      return now;
    });
    const before = await orders();
    expect(before).toContainEqual(expect.stringMatching(/^orders_by_status\{status="CONFIRMED"\} [1-9]/));
    const scrapes = await Promise.all(Array.from({ length: 1_000 }, orders));
    for (const shown of scrapes) expect(shown).toEqual(before);
    line.heal();
    await eventually(async () => {
      const now = await refreshed();
      for (const stats of looked) {
        expect([stats, now.get(stats)! > frozen.get(stats)!]).toEqual([stats, true]);
      }
    }, 60_000);
  }, 300_000);
});
