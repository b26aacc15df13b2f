import { getDataSourceToken } from '@nestjs/typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { ReserveStock, StockShort } from '#libs/contracts/inventory/inventory.messages.js';
import { exchanges, parkedQueueOf, queues } from '#libs/contracts/topology.js';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { registry } from '#libs/observability/metrics.js';
import { leaseOf } from '../../../apps/order-service/src/queries/order-view/view-sweep.js';
import { WrittenOrders } from '../../../apps/order-service/src/queries/order-view/written-orders.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { planOf, statementsDuring } from '../../support/query-plans.js';
import { OrdersFixture } from '../hostile-amqp/orders-fixture.js';
import { onWire } from '../hostile-amqp/wire.js';

jest.setTimeout(60_000);

const { name: projections, bindings } = queues.projections;
const [{ routingKey }] = bindings;
const events = exchanges.orderEvents.name;
/** Gets a copy of every event. */
const copies = 'copies-of-events';

/** Its user has no rights to the orders: as on a server of its own, nobody can query both at once. */
let views: TestDatabases;
let orders: OrdersFixture;
let readSide: DataSource;

beforeAll(async () => {
  views = await createTestDatabases(['orders_read']);
  orders = await OrdersFixture.start({
    ...views.settings('orders_read', 'READ_DATABASE_URL'),
    VIEW_SWEEP_EVERY_SECONDS: '1',
    VIEW_SWEEP_QUIET_SECONDS: '1',
  });
  readSide = orders.app.get<DataSource>(getDataSourceToken('read'));
  await orders.probe.bind(copies, events, routingKey);
}, 60_000);
afterAll(async () => {
  await orders.close();
  await orders.drop();
  await views.drop();
});
afterEach(() => orders.probe.bindAgain(projections, events, routingKey));

/** From now on no event reaches the read side. */
const loseEvents = (): Promise<void> => orders.probe.unbind(projections, events, routingKey);

const shown = async (id: string): Promise<readonly [string, number] | undefined> => {
  const rows: { status: string; version: number }[] = await readSide.query(
    'SELECT status, version FROM order_views WHERE id = ?',
    [idToBytes(id)],
  );
  return rows[0] && [rows[0].status, rows[0].version];
};
const isShown = (id: string, ...state: [string, number]): Promise<void> =>
  eventually(async () => expect(await shown(id)).toEqual(state), 20_000);

const repaired = async (): Promise<number> => {
  const metric = await registry.getSingleMetric('orders_views_out_of_step_total')!.get();
  return metric.values
    .filter(({ labels }) => labels['result'] === 'repaired')
    .reduce((sum, { value }) => sum + value, 0);
};

/** The copy of an order's event, kept since it was sent. */
const eventOf = (id: string): Promise<Envelope> =>
  eventually(async () => {
    const message = await orders.probe.take(copies);
    const event = message && (JSON.parse(message.content.toString()) as Envelope);
    if (event?.subject !== id) throw new Error('it has not been sent yet');
    return event;
  });

async function rejected(id: string): Promise<void> {
  const reserve = await orders.asked(id, ReserveStock);
  const { reservationId } = reserve.data as { reservationId: string };
  const shortages = [{ sku: 'OAK-TABLE', requested: 1, available: 0 }];
  await orders.reply(reserve, StockShort, { reservationId, shortages });
  await eventually(async () => {
    const rows = await orders.rows(
      'SELECT 1 FROM orders WHERE id = ? AND status = ?',
      idToBytes(id),
      'REJECTED',
    );
    if (rows.length === 0) throw new Error('it is not rejected yet');
  });
}

describe('A view', () => {
  it('whose event is parked is repaired, and the event changes nothing when it is put back', async () => {
    const before = await repaired();
    await loseEvents();
    const id = await orders.place();
    const event = await eventOf(id);
    const { body, properties } = onWire(event);
    await orders.probe.send(projections, body.slice(0, -1), properties);
    await eventually(async () => expect(await orders.probe.depth(parkedQueueOf(projections))).toBe(1));
    await isShown(id, 'PENDING', 1);
    await eventually(async () => expect(await repaired()).toBe(before + 1));

    await orders.probe.send(projections, body, properties);
    await eventually(async () => expect(await orders.probe.depth(projections)).toBe(0));
    expect(await shown(id)).toEqual(['PENDING', 1]);
    const counts: { orders: number }[] = await readSide.query('SELECT orders FROM customer_order_counts');
    expect(counts.map(({ orders }) => orders)).toEqual([1]);
  });

  it('whose last event is lost is repaired', async () => {
    const id = await orders.place();
    await isShown(id, 'PENDING', 1);
    await loseEvents();
    await rejected(id);
    await isShown(id, 'REJECTED', 2);
  });

  it('that no pass through recent changes can see is repaired by the pass through all', async () => {
    const id = await orders.place();
    await isShown(id, 'PENDING', 1);
    await orders.rows(
      'UPDATE orders SET version = 7, updated_at = updated_at - INTERVAL 1 YEAR WHERE id = ?',
      idToBytes(id),
    );
    await orders.rows('UPDATE housekeeping SET due_at = UTC_TIMESTAMP(6) WHERE name = ?', leaseOf('all'));
    await isShown(id, 'PENDING', 7);
  });
});

describe('What the sweep reads of the write side', () => {
  it('is a page of an index, and each order once', async () => {
    const many = Array.from({ length: 500 }, () => newId());
    const at = (n: number): Date => new Date(Date.parse('2020-01-01T00:00:00Z') + Math.floor(n / 50));
    await orders.source.query(
      `INSERT INTO orders (id, number, customer_id, status, version, currency, total_minor, details, created_at, updated_at)
       VALUES ?`,
      [many.map((id, n) => [idToBytes(id), `old-${n}`, 'c', 'DELIVERED', 5, 'USD', 1, '{}', at(n), at(n)])],
    );
    try {
      const written = new WrittenOrders(orders.source);
      const range = { from: null, to: new Date('2020-02-01T00:00:00Z'), limit: 70 };
      const found: string[] = [];
      const statements = await statementsDuring(orders.source, async () => {
        for (let after: string | null = null, pages = 0; pages === 0 || after !== null; pages += 1) {
          const page = await written.changed({ ...range, after });
          found.push(...page.orders.map(({ id }) => id));
          after = page.next;
        }
      });
      expect(found.sort()).toEqual([...many].sort());
      for (const statement of statements) {
        expect(await planOf(orders.source, statement)).toEqual([
          expect.objectContaining({ table: 'orders', key: 'orders_changed', indexOnly: true, sorts: false }),
        ]);
      }
    } finally {
      await orders.source.query('DELETE FROM orders WHERE id IN (?)', [many.map(idToBytes)]);
    }
  });
});
