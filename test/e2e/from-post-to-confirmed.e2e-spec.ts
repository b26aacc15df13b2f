import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { idToBytes } from '#libs/kernel/ids.js';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { MetricsPage } from '../../bench/system-under-test/metrics-page.js';
import { eventually } from '../support/eventually.js';
import { orderFor, OrderClient } from '../support/order-client.js';
import type { ServiceName } from '../support/service-process.js';
import { Stack } from '../support/stack.js';

const docs = path.resolve(import.meta.dirname, '../../docs');

/** The page's table, line by line: the files of a hop, and its signs. */
const hops = [
  ...readFileSync(path.join(docs, 'from-post-to-confirmed.md'), 'utf8').matchAll(
    /^\| (\d+) +\|.*\| (.*?) *\| (.*?) *\|$/gm,
  ),
].map(([, number, where, signs]) => ({
  number: Number(number),
  files: [...where!.matchAll(/\]\((.*?)\)/g)].map(([, file]) => path.join(docs, file!)),
  signs: [...signs!.matchAll(/`(.*?)`/g)].map(([, sign]) => sign!),
}));

/** When a sign of the order was left, in milliseconds; null for one that says no time. @throws while there is none. */
type Look = (what: string, of?: string) => Promise<number | null>;

const heard = 'everything-that-is-said';

let stack: Stack;
let client: OrderClient;
let broker: BrokerProbe;

beforeAll(async () => {
  stack = await Stack.start();
  client = new OrderClient(stack.orderUrl, stack.token('cust-1'));
  broker = new BrokerProbe(stack.broker.url);
  const routes = new Map(
    [...messageTypes.values()].map(({ exchange, routingKey }) => [
      `${exchange.name}/${routingKey}`,
      exchange,
    ]),
  );
  for (const [route, { name }] of routes) await broker.bind(heard, name, route.slice(name.length + 1));
  await eventually(async () => {
    const { body } = await client.get<{ items: object[] }>('/api/products?limit=1');
    expect(body.items).toHaveLength(1);
  }, 20_000);
}, 90_000);

afterAll(() => stack.stop(), 90_000);

describe('docs/from-post-to-confirmed.md', () => {
  it('names files that are there, and a sign at each hop', () => {
    expect(hops.map(({ number }) => number)).toEqual(hops.map((_, index) => index + 1));
    expect(hops.length).toBeGreaterThan(10);
    for (const { number, files, signs } of hops) {
      expect({ number, missing: files.filter((file) => !existsSync(file)) }).toEqual({ number, missing: [] });
      expect({ number, named: files.length > 0 && signs.length > 0 }).toEqual({ number, named: true });
    }
  });

  it('is the way that an order goes', async () => {
    const signs = hops.flatMap((hop) => hop.signs);
    const before = await metricsPages();
    const { body } = await client.place(orderFor('OAK-TABLE'));
    await expect(client.settled(body.id)).resolves.toMatchObject({ status: 'CONFIRMED' });

    const looks = looksFor(body.id, before);
    const found = await eventually(async () => {
      const times = [];
      for (const sign of signs) {
        const [kind = '', what = '', of] = sign.split(' ');
        const look = looks[kind];
        if (!look) throw new Error(`nobody knows how to look for: ${sign}`);
        const at = await look(what, of).catch((cause: unknown) => {
          throw new Error(`not found: ${sign}`, { cause });
        });
        if (at !== null) times.push({ sign, at });
      }
      return times;
    }, 20_000);
    expect(found).toEqual(found.toSorted((one, other) => one.at - other.at));
  }, 60_000);
});

type MetricsPages = Readonly<Record<ServiceName, MetricsPage>>;

const metricsPages = async (): Promise<MetricsPages> =>
  Object.fromEntries(
    await Promise.all(
      Object.values(stack.services).map(async ({ name, metricsUrl }) => [
        name,
        await MetricsPage.of(metricsUrl),
      ]),
    ),
  ) as MetricsPages;

function looksFor(orderId: string, before: MetricsPages): Readonly<Record<string, Look>> {
  const messages = new Map<string, number>();
  /** Where an order's rows are not found by its id as text in `order_id`. */
  const ownKey = new Set(['orders', 'order_views']);
  return {
    async message(type) {
      for (let next = await broker.take(heard); next; next = await broker.take(heard)) {
        const said = JSON.parse(String(next.content)) as { type: string; subject: string; time: string };
        if (said.subject === orderId && !messages.has(said.type))
          messages.set(said.type, Date.parse(said.time));
      }
      return there(messages.get(type));
    },
    async timeline(kind, step) {
      type Entry = { readonly kind: string; readonly step: string | null; readonly at: string };
      const { body } = await client.get<{ items: Entry[] }>(`/api/orders/${orderId}/timeline`);
      const entry = body.items.find((item) => item.kind === kind && (!step || item.step === step));
      return Date.parse(there(entry).at);
    },
    async row(place, column) {
      const [database = '', table = ''] = place.split('.');
      const [key, id] = ownKey.has(table) ? ['id', Buffer.from(idToBytes(orderId))] : ['order_id', orderId];
      const connection = await createConnection({ uri: stack.databases.url(database), timezone: 'Z' });
      try {
        const [rows] = await connection.query<RowDataPacket[]>('SELECT ?? AS at FROM ?? WHERE ?? = ?', [
          column,
          table,
          key,
          id,
        ]);
        return there(rows[0]?.['at'] as Date | null | undefined).getTime();
      } finally {
        await connection.end();
      }
    },
    async metric(service, sample) {
      const [, name = '', labels] = /^(\w+)(?:\{(.*)\})?$/.exec(sample ?? '') ?? [];
      const now = await MetricsPage.of(stack.services[service as ServiceName].metricsUrl);
      const rise = now.sum(name, labels) - before[service as ServiceName].sum(name, labels);
      there(rise > 0 ? rise : null);
      return null;
    },
  };
}

function there<Thing>(thing: Thing | null | undefined): Thing {
  if (thing === undefined || thing === null) throw new Error('there is none');
  return thing;
}
