import { beforeEach, describe, expect, it } from '@jest/globals';
import { ListReservations } from '#libs/contracts/inventory/inventory.messages.js';
import { ListCharges, ListPayments } from '#libs/contracts/payment/payment.messages.js';
import { newId } from '#libs/kernel/ids.js';
import { Outbox, outboxTable } from '#libs/messaging/outbox';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { reconciliationFindings, type ReconciliationFindingRow } from '../reconciliation-finding.row.js';
import { reconciliationItems } from '../reconciliation-item.row.js';
import { ReconciliationRunning } from '../reconciliation.errors.js';
import { books, reconciliationRuns } from '../reconciliation-run.row.js';
import { endRun, keepFindings, markGone } from './compare.unit.js';
import { startReconciliation } from './start-reconciliation.unit.js';
import { takePage, type ListedPage } from './take-page.unit.js';
import { pageAttempts, claimRun, type Claim } from './watch-run.unit.js';

describe('a run of the reconciliation', () => {
  const outbox = new Outbox('/order-service');
  const runId = '01997000-0000-7000-8000-00000000000a';
  const orderId = '01997000-0000-7000-8000-000000000001';
  let now: Date;
  let units: InMemoryRunner;

  beforeEach(async () => {
    now = new Date('2026-01-01T00:00:00.000Z');
    units = new InMemoryRunner({ clock: { now: () => now } });
    await start(runId);
  });

  const start = (id: string, more: { notWithinSeconds?: number } = {}) =>
    units.run(startReconciliation({ id, startedBy: 'op-1', since: null, ...more }, outbox));
  const run = () => units.rows(reconciliationRuns)[0]!;
  const asked = () => units.rows(outboxTable).map(({ type }) => type);
  const pass = (seconds: number) => (now = new Date(now.getTime() + seconds * 1000));

  const page = (of: ListedPage['of'], page: number, next: string | null): ListedPage => {
    const itemId = newId();
    const content = { reservation: { reservationId: itemId, orderId, status: 'SHORT', pieces: 1 } } as const;
    return { runId, of, page, next, items: [{ itemId, orderId, content }] };
  };

  /** Nobody lists what the run still waits for. */
  async function giveUp(): Promise<Claim[]> {
    const claims: Claim[] = [];
    while (claims.at(-1) !== 'given-up' && claims.length <= pageAttempts) {
      pass(11);
      claims.push(await units.run(claimRun(runId, outbox)));
    }
    return claims;
  }

  it('asks for the first page of each book', () => {
    expect(asked().sort()).toEqual([ListReservations.type, ListCharges.type, ListPayments.type].sort());
    expect(run()).toMatchObject({ state: 'asking', startedBy: 'op-1' });
  });

  it('is one at a time', async () => {
    await expect(start(newId())).rejects.toThrow(ReconciliationRunning);
    await units.run(endRun(run()));
    await expect(start(newId())).resolves.not.toBeNull();
  });

  it('is not begun by the schedule before its time, or while one is under way', async () => {
    const schedule = { notWithinSeconds: 3_600 };
    pass(7_200);
    await expect(start(newId(), schedule)).resolves.toBeNull();
    await units.run(endRun(run()));
    await expect(start(newId(), schedule)).resolves.not.toBeNull();
    await expect(start(newId(), schedule)).resolves.toBeNull();
  });

  it('takes each page once, and only the one that it waits for', async () => {
    const first = page('payments', 1, 'there');
    await expect(units.run(takePage(first, outbox))).resolves.toBe('taken');
    await expect(units.run(takePage(first, outbox))).resolves.toBe('not-wanted');
    await expect(units.run(takePage(page('payments', 3, null), outbox))).resolves.toBe('not-wanted');
    await expect(units.run(takePage({ ...first, runId: newId() }, outbox))).resolves.toBe('not-wanted');
    expect(units.rows(reconciliationItems)).toHaveLength(1);
    expect(run()).toMatchObject({
      items: 1,
      listings: { payments: { page: 2, after: 'there', done: false } },
    });
    expect(asked().filter((type) => type === ListPayments.type)).toHaveLength(2);
    expect(asked().filter((type) => type === ListReservations.type)).toHaveLength(1);
  });

  it('compares when every book is listed to its end', async () => {
    for (const book of ['payments', 'charges'] as const) {
      await units.run(takePage(page(book, 1, null), outbox));
      expect(run().state).toBe('asking');
    }
    await units.run(takePage(page('reservations', 1, null), outbox));
    expect(run()).toMatchObject({ state: 'orders', items: 3 });
    const claim = await units.run(claimRun(runId, outbox));
    expect(claim).toMatchObject({ mine: { state: 'orders' } });
    // While one worker compares, the others leave it alone; if it dies, another goes on.
    await expect(units.run(claimRun(runId, outbox))).resolves.toBe('left');
    pass(31);
    await expect(units.run(claimRun(runId, outbox))).resolves.toHaveProperty('mine');
  });

  it('asks again for a page that does not come, and gives up in the end', async () => {
    await expect(units.run(claimRun(runId, outbox))).resolves.toBe('left');
    const claims = await giveUp();
    expect(claims.slice(0, -1)).toEqual(Array(pageAttempts - 1).fill('asked-again'));
    expect(claims.at(-1)).toBe('given-up');
    expect(run()).toMatchObject({ state: 'failed', dueAt: null, endedAt: now });
    await expect(start(newId())).resolves.not.toBeNull();
  });

  it('is over once it is given up: a page that comes at that moment does not have it compared', async () => {
    for (const book of ['payments', 'charges'] as const)
      await units.run(takePage(page(book, 1, null), outbox));
    await giveUp();
    await expect(units.run(takePage(page('reservations', 1, null), outbox))).resolves.toBe('not-wanted');
    expect(run()).toMatchObject({ state: 'failed', failure: expect.stringContaining('did not list') });
  });

  describe('that has compared everything', () => {
    const finding = (change: Partial<ReconciliationFindingRow> = {}): ReconciliationFindingRow => ({
      id: newId(),
      kind: 'stock-held',
      state: 'open',
      itemId: newId(),
      orderId,
      paymentId: null,
      reservationId: null,
      amountMinor: null,
      currency: null,
      pieces: 1,
      fix: 'release',
      detail: 'Stock is held.',
      runId: newId(),
      firstSeenAt: new Date(0),
      lastSeenAt: new Date(0),
      ...change,
    });
    const statesNow = () =>
      Object.fromEntries(units.rows(reconciliationFindings).map(({ id, state }) => [id, state]));

    beforeEach(async () => {
      for (const book of books) await units.run(takePage(page(book, 1, null), outbox));
    });

    it('marks what it did not find again', async () => {
      const [open, fixing] = [finding(), finding({ state: 'fixing' })];
      await units.seed(reconciliationFindings, open, fixing);
      await expect(units.run(markGone(run(), [open, fixing]))).resolves.toBe(true);
      expect(statesNow()).toEqual({ [open.id]: 'gone', [fixing.id]: 'gone' });
    });

    it('leaves a finding that somebody has acted on, or seen again, since it was looked at', async () => {
      const [begun, ignored, seen] = [finding(), finding(), finding()];
      await units.seed(
        reconciliationFindings,
        { ...begun, state: 'fixing' },
        { ...ignored, state: 'ignored' },
        { ...seen, lastSeenAt: now },
      );
      await units.run(markGone(run(), [begun, ignored, seen]));
      expect(statesNow()).toEqual({ [begun.id]: 'fixing', [ignored.id]: 'ignored', [seen.id]: 'open' });
    });

    it('is no longer the business of a worker that another one has overtaken', async () => {
      const open = finding();
      await units.seed(reconciliationFindings, open);
      const late = run();
      await units.run(keepFindings({ run: run(), findings: [], orders: 1, comparedTo: orderId }));
      await expect(units.run(markGone(late, [open]))).resolves.toBe(false);
      await expect(units.run(endRun(late))).resolves.toBe(false);
      expect([run().endedAt, statesNow()]).toEqual([null, { [open.id]: 'open' }]);
    });

    it('ends once', async () => {
      const compared = run();
      await expect(units.run(endRun(compared))).resolves.toBe(true);
      await expect(units.run(endRun(compared))).resolves.toBe(false);
      expect(run()).toMatchObject({ state: 'finished', failure: null, endedAt: now });
    });
  });
});
