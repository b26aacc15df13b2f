import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { idToBytes } from '#libs/kernel/ids.js';
import { Housekeeper } from '#libs/persistence/housekeeping/housekeeper.js';
import { orderSagaPruning } from '../../../apps/order-service/src/housekeeping/order-saga-pruning.js';
import { eventually } from '../../support/eventually.js';
import { ServicesFixture } from '../reconciliation/services-fixture.js';

jest.setTimeout(60_000);

let services: ServicesFixture;
beforeAll(async () => {
  services = await ServicesFixture.open();
}, 120_000);
afterAll(() => services.stop(), 60_000);

const sql = <Row>(text: string, ...values: unknown[]): Promise<Row[]> =>
  services.source('order-service').query<Row[]>(text, values);

const settled = (orderId: string, status: string) =>
  eventually(async () => {
    const { body } = await services.call('GET', `/api/orders/${orderId}/status`);
    expect(body.status).toBe(status);
  }, 20_000);

const cancel = (orderId: string) =>
  services.call('POST', `/api/orders/${orderId}/cancel`, { reason: 'too late' }, 'cust-1');

async function delivered(): Promise<string> {
  const id = await services.settled();
  for (const step of [
    { status: 'PREPARING' },
    { status: 'SHIPPED', trackingNumber: 'T1' },
    { status: 'OUT_FOR_DELIVERY' },
    { status: 'DELIVERED' },
  ]) {
    const { status, body } = await services.call('PUT', `/api/orders/${id}/status`, step);
    expect([status, body.status]).toEqual([200, step.status]);
  }
  return id;
}

/** A year passes for these orders, and housekeeping goes through their sagas. */
async function yearsLater(...orderIds: readonly string[]): Promise<void> {
  const ids = orderIds.map(idToBytes);
  await sql('UPDATE orders SET updated_at = updated_at - INTERVAL 1 YEAR WHERE id IN (?)', ids);
  await sql(
    `UPDATE sagas SET started_at = started_at - INTERVAL 1 YEAR, finished_at = finished_at - INTERVAL 1 YEAR
      WHERE subject IN (?)`,
    ids,
  );
  await sql(`UPDATE housekeeping SET due_at = UTC_TIMESTAMP(6) WHERE name = 'sagas'`);
  const settings = { everySeconds: 600, timeScale: 1 };
  await new Housekeeper(services.source('order-service'), [orderSagaPruning(30)], settings).look();
}

const sagasOf = (orderId: string) => sql('SELECT id FROM sagas WHERE subject = ?', idToBytes(orderId));

describe('An order whose sagas would be old', () => {
  it('can be called off for as long as it has not left, and its stock and money come back', async () => {
    const [confirmed, preparing] = [await services.settled(), await services.settled()];
    await services.call('PUT', `/api/orders/${preparing}/status`, { status: 'PREPARING' });
    await yearsLater(confirmed, preparing);
    for (const id of [confirmed, preparing]) {
      expect((await cancel(id)).status).toBe(202);
      await settled(id, 'CANCELLED');
      const [reservation] = await services
        .source('inventory-service')
        .query<{ status: string }[]>('SELECT status FROM reservations WHERE order_id = ?', [id]);
      expect(reservation!.status).toBe('RETURNED');
    }
  });

  it('answers as before when it is over, with what was asked of it as its timeline', async () => {
    const id = await delivered();
    await yearsLater(id);
    expect(await sagasOf(id)).toEqual([]);
    await settled(id, 'DELIVERED');
    expect((await cancel(id)).body).toMatchObject({ status: 409, code: 'too-late-to-cancel' });
    const { status, body } = await services.call('GET', `/api/orders/${id}/timeline`);
    expect(status).toBe(200);
    expect(body.items.map(({ kind }: { kind: string }) => kind)).not.toContain('asked');
    expect(body.items).toHaveLength(4);
  });

  it('is no finding of a reconciliation, however it ended, but what is wrong with it still is', async () => {
    const [good, rejected] = [await delivered(), await services.settled('tok_declined')];
    const cancelled = await services.settled();
    await cancel(cancelled);
    await settled(cancelled, 'CANCELLED');
    const unsold = await delivered();
    const bereft = await delivered();
    await yearsLater(good, rejected, cancelled, unsold);
    for (const id of [good, rejected, cancelled, unsold]) expect(await sagasOf(id)).toEqual([]);
    await services
      .source('inventory-service')
      .query(`UPDATE reservations SET status = 'RESERVED' WHERE order_id = ?`, [unsold]);
    // Nobody prunes what is a minute old: this one is lost.
    await sql('DELETE FROM sagas WHERE subject = ?', idToBytes(bereft));
    await expect(services.reconcile()).resolves.toMatchObject({ state: 'finished' });
    const found = (await services.findings('&state=open')).map(({ kind, orderId }) => [kind, orderId]);
    expect(found.sort()).toEqual([
      ['saga-missing', bereft],
      ['stock-not-sold', unsold],
    ]);
  });
});
