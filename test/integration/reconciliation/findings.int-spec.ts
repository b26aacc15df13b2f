import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import { findingKinds } from '../../../apps/order-service/src/domain/reconciliation.js';
import { eventually } from '../../support/eventually.js';
import { ServicesFixture } from './services-fixture.js';

/** Everything that can be wrong, put into the tables and the ledger of the participants themselves. */
let services: ServicesFixture;
beforeAll(async () => {
  services = await ServicesFixture.open();
}, 120_000);
afterAll(() => services.stop(), 60_000);

type Sql = [sql: string, ...parameters: unknown[]];
const orders = (...[sql, ...values]: Sql) => services.source('order-service').query(sql, values);
const inventory = (...[sql, ...values]: Sql) => services.source('inventory-service').query(sql, values);
const payments = (...[sql, ...values]: Sql) => services.source('payment-service').query(sql, values);

const giveBacks = "SELECT status FROM sagas WHERE saga = 'give-back'";
const expectOver = (sagas: { status: string }[]): void => {
  expect(sagas.map(({ status }) => status)).toEqual(sagas.map(() => 'completed'));
};

const reason = { reason: 'found by the night run' };
const act = (id: string, action: string, more: object = {}) =>
  services.call('POST', `/api/admin/reconciliation/findings/${id}/${action}`, { ...reason, ...more });

const confirm = (id: string) =>
  services.call('POST', `/api/admin/proposals/${id}/confirm`, { reason: 'seen' }, 'op-2');

/** Keeps the rejected order's money, or sells its stock, as a lost message would have. */
async function plantAll(): Promise<Record<string, string>> {
  const [paid, unpaid, dear, twice, uncommitted, wrongBook, reservedTwice] = await Promise.all(
    Array.from({ length: 7 }, () => services.settled()),
  );
  const [kept, held, sold] = await Promise.all(
    Array.from({ length: 3 }, () => services.settled('tok_declined')),
  );
  const [forgotten, stuck, pending] = await Promise.all(Array.from({ length: 3 }, () => services.settled()));
  const undone = await services.settled('tok_declined');
  const ids = (list: (string | undefined)[]) => list.map((id) => idToBytes(id!));
  const charged =
    'captured_minor = amount_minor, captured_at = UTC_TIMESTAMP(6), dead = 0, refunded_minor = 0';
  await payments(`UPDATE sandbox_charges SET ${charged}, decline_code = NULL WHERE order_id = ?`, kept);
  await payments(
    'UPDATE sandbox_charges SET refunded_minor = captured_minor, dead = 1 WHERE order_id = ?',
    unpaid,
  );
  await payments("UPDATE payments SET status = 'REFUNDED' WHERE order_id = ?", unpaid);
  await payments(
    'UPDATE sandbox_charges SET amount_minor = 99999, captured_minor = 99999 WHERE order_id = ?',
    dear,
  );
  await payments('UPDATE payments SET amount_minor = 99999 WHERE order_id = ?', dear);
  await payments(
    "UPDATE payments SET status = 'DECLINED', decline_code = 'declined' WHERE order_id = ?",
    wrongBook,
  );
  await services.plantCharge(twice!);
  await services.plantCharge(newId());
  await inventory("UPDATE reservations SET status = 'RESERVED' WHERE order_id IN (?)", [held, uncommitted]);
  await inventory("UPDATE reservations SET status = 'COMMITTED' WHERE order_id = ?", sold);
  // One piece an order: two are held that were released or sold, one is sold that was released.
  await inventory(
    "UPDATE stock SET available = available - 2, reserved = reserved + 2 WHERE sku = 'OAK-TABLE'",
  );
  await inventory("UPDATE stock SET available = available - 1, sold = sold + 1 WHERE sku = 'OAK-TABLE'");
  await services.plantReservation(newId(), 'RESERVED');
  await services.plantReservation(newId(), 'COMMITTED');
  await services.plantReservation(reservedTwice!, 'RESERVED');
  await orders('DELETE FROM sagas WHERE id IN (?)', ids([forgotten, pending]));
  await orders("UPDATE orders SET status = 'PENDING' WHERE id = ?", idToBytes(pending!));
  await payments(`UPDATE sandbox_charges SET ${charged}, decline_code = NULL WHERE order_id = ?`, undone);
  await payments("UPDATE payments SET status = 'REFUNDED', decline_code = NULL WHERE order_id = ?", undone);
  await orders(
    `UPDATE sagas SET status = 'needs-attention', step = 'commit-stock', finished_at = NULL,
            deadline_at = UTC_TIMESTAMP(6) + INTERVAL 1 DAY WHERE id IN (?)`,
    ids([stuck]),
  );
  const all = { paid, kept, held, sold, twice, unpaid, stuck, forgotten, pending, undone, wrongBook };
  return all as Record<string, string>;
}

describe('services in which everything adds up', () => {
  it('has no findings', async () => {
    await Promise.all(
      ['tok_ok', 'tok_ok', 'tok_declined', 'tok_pending'].map((token) => services.settled(token)),
    );
    const run = await services.reconcile();
    expect(run).toMatchObject({ state: 'finished', orders: 4, items: 12, findings: 0, open: [], atRisk: [] });
    expect(await services.findings()).toEqual([]);
  }, 60_000);

  it('repairs a view that has missed an event, which is no finding', async () => {
    const id = await services.settled();
    const views = services.readSource();
    const version = async (): Promise<number> => {
      const rows: { version: number }[] = await views.query('SELECT version FROM order_views WHERE id = ?', [
        idToBytes(id),
      ]);
      return rows[0]!.version;
    };
    const newest = await version();
    await views.query('UPDATE order_views SET version = 1 WHERE id = ?', [idToBytes(id)]);
    expect(await services.reconcile()).toMatchObject({ state: 'finished', findings: 0 });
    expect([newest, await version()]).toEqual([2, 2]);
  }, 60_000);
});

describe('what was listed', () => {
  const listed = async (): Promise<number> => {
    const [row]: { items: string }[] = await orders('SELECT COUNT(*) AS items FROM reconciliation_items');
    return Number(row!.items);
  };

  it('is removed when its run is over, and that of runs whose worker died at it, too', async () => {
    const [ended]: { id: Buffer }[] = await orders('SELECT id FROM reconciliation_runs LIMIT 1');
    const copies = [ended!.id, idToBytes(newId())].flatMap((runId) =>
      Array.from({ length: 1_100 }, () => [runId, idToBytes(newId()), null, '{}']),
    );
    await orders('INSERT INTO reconciliation_items (run_id, item_id, order_id, content) VALUES ?', copies);
    expect(await listed()).toBe(2_200);
    expect(await services.reconcile()).toMatchObject({ state: 'finished', findings: 0 });
    await eventually(async () => expect(await listed()).toBe(0));
  }, 60_000);
});

describe('services in which everything is wrong', () => {
  let planted: Record<string, string>;
  let open: { id: string; kind: string; fix: string | null; orderId: string; detail: string }[];

  const ids = (findings: { id: string }[]) => findings.map(({ id }) => id).sort();
  const safe = () => open.filter(({ fix }) => fix !== null);
  const unsafe = () => open.filter(({ fix }) => fix === null);

  beforeAll(async () => {
    planted = await plantAll();
    expect(await services.reconcile()).toMatchObject({ state: 'finished', failure: null });
    open = await services.findings();
  }, 120_000);

  it('has a finding of every kind, with a sentence', () => {
    expect(new Set(open.map(({ kind }) => kind))).toEqual(new Set(findingKinds));
    for (const { detail } of open) expect(detail).toMatch(/^[A-Zp0-9].*\.$/);
  });

  it('tells an order that waits for a saga that is gone from one whose saga is at work', async () => {
    const missing = await services.findings('&kind=saga-missing');
    expect(missing.map(({ orderId }) => orderId).sort()).toEqual(
      [planted['forgotten'], planted['pending']].sort(),
    );
  });

  it('finds the same again, once each', async () => {
    await services.reconcile();
    expect(ids(await services.findings())).toEqual(ids(open));
  }, 60_000);

  it('does not give back what is for a person to decide', async () => {
    for (const { id } of unsafe()) {
      const { status, body } = await act(id, 'fix');
      expect([status, body.code]).toEqual([409, 'finding-not-fixable']);
    }
  }, 60_000);

  it('does not offer to refund what payment-service would not ask the provider for', () => {
    const kept = open.filter(({ kind }) => kind === 'money-kept');
    expect(Object.fromEntries(kept.map(({ orderId, fix }) => [orderId, fix]))).toEqual({
      [planted['kept']!]: 'refund',
      [planted['undone']!]: null,
    });
  });

  it('leaves alone what is being given back, and reopens it when that was in vain', async () => {
    const { id } = open.find(({ kind }) => kind === 'stock-held')!;
    await services.end('inventory-service');
    expect((await act(id, 'fix')).status).toBe(200);
    await services.start('inventory-service');
    await eventually(async () => expectOver(await orders(giveBacks)), 30_000);
    expect(ids(await services.findings('&state=fixing'))).toEqual([id]);
    await inventory("UPDATE reservations SET status = 'RESERVED' WHERE order_id = ?", planted['held']);
    await inventory(
      "UPDATE stock SET available = available - 1, reserved = reserved + 1 WHERE sku = 'OAK-TABLE'",
    );
    await services.reconcile();
    expect(ids(await services.findings('&kind=stock-held'))).toEqual([id]);
    expect(await services.findings('&state=fixing')).toEqual([]);
  }, 90_000);

  it('gives back all that is safe, once each, and the next run finds it in order', async () => {
    expect(new Set(safe().map(({ kind }) => kind))).toEqual(
      new Set([
        'charge-without-order',
        'money-kept',
        'second-charge',
        'reservation-without-order',
        'stock-held',
        'stock-sold',
        'second-reservation',
      ]),
    );
    for (const { id } of safe()) {
      const asked = await Promise.all([act(id, 'fix'), act(id, 'fix')]);
      // What gives back money is done by whoever first confirms one of the two.
      const answers = asked.every(({ status }) => status === 202)
        ? await Promise.all(asked.map(({ body }) => confirm((body as { id: string }).id)))
        : asked;
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
    await eventually(async () => expectOver(await orders(giveBacks)), 30_000);
    await services.reconcile();
    expect(ids(await services.findings())).toEqual(ids(unsafe()));
    expect(ids(await services.findings('&state=gone'))).toEqual(ids(safe()));
    const kept: object[] = await payments(
      'SELECT 1 FROM sandbox_charges WHERE order_id = ? AND captured_minor > refunded_minor',
      planted['kept'],
    );
    expect(kept).toEqual([]);
    // That of the order which is confirmed all the same.
    expect(await inventory("SELECT 1 FROM reservations WHERE status = 'RESERVED'")).toHaveLength(1);
  }, 120_000);

  it('keeps a finding whose order has moved, because that was not looked at', async () => {
    const { id, orderId } = open.find(({ kind }) => kind === 'not-paid')!;
    await orders(
      'UPDATE orders SET updated_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR WHERE id = ?',
      idToBytes(orderId),
    );
    await services.reconcile();
    expect(ids(await services.findings('&kind=not-paid'))).toContain(id);
    await orders('UPDATE orders SET updated_at = created_at WHERE id = ?', idToBytes(orderId));
  }, 60_000);

  it('is in order again when somebody has seen to it', async () => {
    await payments(
      "UPDATE payments SET status = 'TAKEN', decline_code = NULL WHERE order_id = ?",
      planted['wrongBook'],
    );
    await orders(
      "UPDATE sagas SET status = 'completed', step = NULL, finished_at = started_at, deadline_at = NULL WHERE id = ?",
      idToBytes(planted['stuck']!),
    );
    await services.reconcile();
    const left = await services.findings();
    expect(left.map(({ kind }) => kind)).not.toContain('saga-needs-attention');
    expect(left.map(({ orderId }) => orderId)).not.toContain(planted['wrongBook']);
  }, 60_000);
});

describe('a participant that does not come back', () => {
  it('ends the run as failed, for all to see, and the next may begin', async () => {
    await services.end('inventory-service');
    const runId = await services.begin();
    await eventually(async () => {
      await services.passDeadline(runId);
      expect((await services.run(runId)).state).toBe('failed');
    }, 90_000);
    expect((await services.run(runId)).failure).toContain('did not list');
    await services.start('inventory-service');
    expect((await services.reconcile()).state).toBe('finished');
  }, 180_000);
});
