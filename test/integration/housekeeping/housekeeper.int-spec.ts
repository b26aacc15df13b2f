import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { newId } from '#libs/kernel/ids.js';
import { registry } from '#libs/observability/metrics.js';
import { Housekeeper, type HousekeepingSettings } from '#libs/persistence/housekeeping/housekeeper.js';
import type { Prunable } from '#libs/persistence/housekeeping/prunable.js';
import { prunedBefore, standings, PruneLeases } from '#libs/persistence/housekeeping/prune-lease.js';
import { eventually } from '../../support/eventually.js';
import { daysAgo, OldHouse } from './old-house.js';

let house: OldHouse;
let running: Housekeeper[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  house = await OldHouse.open();
});
afterAll(() => house.close());
beforeEach(async () => {
  const keys = Array.from({ length: 60 }, (_, index) => ({
    scope: `old-${index}`,
    request_hash: 'x',
    response: '{}',
    created_at: daysAgo(3 + index / 100),
  }));
  await house.insert('idempotency_keys', ...keys, { ...keys[0], scope: 'young', created_at: new Date() });
});
afterEach(async () => {
  for (const housekeeper of running) await housekeeper.stop();
  running = [];
  await house.empty('idempotency_keys', 'housekeeping');
});

const calm: HousekeepingSettings = { everySeconds: 600, timeScale: 1 };

function housekeeper(prunable: Prunable, settings = calm): Housekeeper {
  const made = new Housekeeper(house.source, [prunable], settings);
  running.push(made);
  return made;
}

const keys = (over: Partial<Prunable> = {}): Prunable => ({
  ...house.prunable('idempotency_keys'),
  batchSize: 5,
  ...over,
});

const left = async (): Promise<number> => (await house.values('idempotency_keys', 'scope')).length;

/** Runs through to a place in the pass, and waits there. */
function gate(open: Promise<void>, atBatch: number) {
  const { prune } = keys();
  let batch = 0;
  const state = { waiting: false };
  const gated = keys({
    prune: async (source, what) => {
      const pruned = await prune(source, what);
      batch += 1;
      if (batch === atBatch) {
        state.waiting = true;
        await open;
      }
      return pruned;
    },
  });
  return { gated, state };
}

const waiting = (state: { waiting: boolean }) =>
  eventually(() => {
    if (!state.waiting) throw new Error('it is not there yet');
  });

const metric = async (name: string): Promise<number | undefined> => {
  const metric = await registry.getSingleMetric(name)?.get();
  return metric?.values.find(({ labels }) => labels['table'] === 'idempotency_keys')?.value;
};

describe('Housekeeping', () => {
  it('deletes what is old, batch after batch, and then waits for the next time', async () => {
    let batches = 0;
    const { prune } = keys();
    const counted = housekeeper(keys({ prune: (...args) => ((batches += 1), prune(...args)) }));
    await counted.look();
    expect([await left(), batches]).toEqual([1, 13]);
    await counted.look();
    expect(batches).toBe(13);
  });

  it('is done by one process at a time', async () => {
    let open = (): void => undefined;
    const { gated, state } = gate(new Promise((resolve) => (open = resolve)), 1);
    const first = housekeeper(gated).look();
    await waiting(state);
    await housekeeper(keys({ prune: () => Promise.reject(new Error('two at once')) })).look();
    open();
    await first;
    expect(await left()).toBe(1);
    expect(await standings(house.source)).toMatchObject([{ table: 'idempotency_keys', behindSeconds: 0 }]);
  });

  it('gives a lease to one of those that want it at once', async () => {
    const all = Array.from({ length: 4 }, () => new PruneLeases(house.source, newId()));
    await all[0]!.know(['idempotency_keys']);
    const leases = await Promise.all(all.map((each) => each.take('idempotency_keys', 0)));
    expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
  });

  it('stops after the batch in hand, and another process goes on from there at once', async () => {
    let open = (): void => undefined;
    const { gated, state } = gate(new Promise((resolve) => (open = resolve)), 2);
    const stopping = housekeeper(gated);
    const look = stopping.look();
    await waiting(state);
    const stopped = stopping.stop();
    open();
    await Promise.all([look, stopped]);
    expect(await left()).toBe(51);
    await housekeeper(keys()).look();
    expect(await left()).toBe(1);
  });

  it('goes on where a process died, when its lease is over', async () => {
    const dead = new PruneLeases(house.source, '01990000-0000-7000-8000-00000000dead');
    await dead.know(['idempotency_keys']);
    const lease = await dead.take('idempotency_keys', 86_400_000);
    await expect(dead.goOn(lease!, { at: 'there' })).resolves.toBe(true);
    const froms: unknown[] = [];
    const { prune } = keys();
    const next = housekeeper(
      keys({ prune: (source, batch) => (froms.push(batch.after), prune(source, batch)) }),
    );
    await next.look();
    expect(froms).toEqual([]);
    await house.source.query('UPDATE housekeeping SET lease_until = UTC_TIMESTAMP(6)');
    await next.look();
    expect(froms[0]).toEqual({ at: 'there' });
    expect(await left()).toBe(1);
    // The dead one comes back: it is not its lease any more.
    await expect(dead.goOn(lease!, { at: 'here' })).resolves.toBe(false);
  });

  it('counts what fails, and tries again later from there', async () => {
    const failures = (await metric('orders_housekeeping_failures_total')) ?? 0;
    const { prune } = keys();
    let batches = 0;
    const failing = keys({
      prune: (...args) => ((batches += 1) === 3 ? Promise.reject(new Error('away')) : prune(...args)),
    });
    const tried = housekeeper(failing, { everySeconds: 1, timeScale: 10 });
    await tried.look();
    expect(await left()).toBe(51);
    expect(await metric('orders_housekeeping_failures_total')).toBe(failures + 1);
    const [standing] = await standings(house.source);
    expect(standing!.behindSeconds).toBeGreaterThan(86_400);
    await eventually(async () => {
      await tried.look();
      expect(await left()).toBe(1);
    });
  });

  it('says when it was last through, and how much has gone', async () => {
    const before = (await metric('orders_housekeeping_pruned_rows_total')) ?? 0;
    await housekeeper(keys({ prune: () => Promise.reject(new Error('away')) })).look();
    await house.source.query(
      'UPDATE housekeeping SET begun_at = begun_at - INTERVAL 5 HOUR, due_at = UTC_TIMESTAMP(6)',
    );
    const [never] = await standings(house.source);
    expect(never!.succeededSecondsAgo).toBeGreaterThanOrEqual(5 * 3_600);
    await housekeeper(keys()).look();
    const [now] = await standings(house.source);
    expect(now!.succeededSecondsAgo).toBeLessThan(60);
    expect(await metric('orders_housekeeping_pruned_rows_total')).toBe(before + 60);
  });

  it('remembers up to when rows may be missing, also when they are kept for longer from then on', async () => {
    await expect(prunedBefore(house.source, 'idempotency_keys')).resolves.toBeNull();
    await housekeeper(keys()).look();
    const first = await prunedBefore(house.source, 'idempotency_keys');
    expect(daysAgo(1).getTime() - first!.getTime()).toBeLessThan(60_000);
    await house.source.query('UPDATE housekeeping SET due_at = UTC_TIMESTAMP(6)');
    await housekeeper(keys({ keepSeconds: 10 * 86_400 })).look();
    await expect(prunedBefore(house.source, 'idempotency_keys')).resolves.toEqual(first);
  });

  it('runs by itself while the process does', async () => {
    housekeeper(keys(), { everySeconds: 600, timeScale: 1_000_000 }).start();
    await eventually(async () => expect(await left()).toBe(0));
  });
});
