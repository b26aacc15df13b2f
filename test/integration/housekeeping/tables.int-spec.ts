import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import { daysAgo, idFrom, OldHouse } from './old-house.js';

let house: OldHouse;
beforeAll(async () => {
  house = await OldHouse.open();
});
afterAll(() => house.close());

describe('Messages that a consumer has had', () => {
  const came = (consumer: string, id: string, consumedDaysAgo: number) => ({
    consumer,
    message_id: idToBytes(id),
    body_hash: randomBytes(32),
    consumed_at: daysAgo(consumedDaysAgo),
  });

  it('are forgotten after a week, by when they were consumed and not only by when they were made', async () => {
    const old = Array.from({ length: 5 }, () => came('sagas', idFrom(daysAgo(8)), 8));
    const redriven = came('sagas', idFrom(daysAgo(99)), 6);
    const young = [came('sagas', idFrom(daysAgo(6)), 6), came('views', newId(), 0)];
    await house.insert('inbox', ...old, redriven, ...young, came('views', idFrom(daysAgo(8)), 8));
    await expect(house.pass('inbox')).resolves.toEqual({ inbox: 6 });
    expect(await house.values('inbox', 'consumer')).toEqual(['sagas', 'sagas', 'views']);
  });

  it('are forgotten, too, where their sender makes ids that say nothing of their time', async () => {
    await house.empty('inbox');
    // Of version 4: anywhere among the keys.
    const foreign = (consumedDaysAgo: number) =>
      Array.from({ length: 20 }, () => came('sagas', `f${randomUUID().slice(1)}`, consumedDaysAgo));
    await house.insert('inbox', ...foreign(8), ...foreign(2), came('views', idFrom(daysAgo(8)), 8));
    await expect(house.pass('inbox', 7)).resolves.toEqual({ inbox: 21 });
    expect(await house.values('inbox', 'consumer')).toHaveLength(20);
  });
});

describe('Answers to an Idempotency-Key', () => {
  it('are forgotten after a day', async () => {
    const answer = (hours: number, index: number) => ({
      scope: `${hours}-${index}`,
      request_hash: 'x',
      response: '{}',
      created_at: daysAgo(hours / 24),
    });
    await house.insert(
      'idempotency_keys',
      ...[0, 1, 2, 3, 4].flatMap((index) => [answer(25, index), answer(23, index)]),
    );
    await expect(house.pass('idempotency_keys')).resolves.toEqual({ idempotency_keys: 5 });
    expect(await house.values('idempotency_keys', 'scope')).toEqual(['23-0', '23-1', '23-2', '23-3', '23-4']);
  });
});

describe('Jobs of operators', () => {
  it('are forgotten when they have been finished for long enough, and never before they are', async () => {
    const job = (state: string, begun: number, finished: number | null) => ({
      id: idToBytes(newId()),
      kind: 'parked-redrive',
      filter: '{}',
      total: 1,
      done: 0,
      failed: 0,
      state,
      actor: 'op-1',
      reason: 'r',
      fence: 1,
      lease_until: daysAgo(begun),
      created_at: daysAgo(begun),
      updated_at: daysAgo(begun),
      finished_at: finished === null ? null : daysAgo(finished),
    });
    await house.insert(
      'operator_jobs',
      job('finished', 60, 31),
      job('finished', 60, 29),
      job('running', 60, null),
    );
    await expect(house.pass('operator_jobs')).resolves.toEqual({ operator_jobs: 1 });
    expect(await house.values('operator_jobs', 'state')).toEqual(['finished', 'running']);
  });
});

describe('Proposals', () => {
  it('go when they have expired, whatever became of them', async () => {
    const proposal = (expiredDaysAgo: number) => ({
      id: idToBytes(newId()),
      action: 'a',
      target: 't',
      text: 't',
      why: 'w',
      seen: 's',
      reason: 'r',
      proposed_by: 'a',
      proposed_at: daysAgo(expiredDaysAgo + 1),
      expires_at: daysAgo(expiredDaysAgo),
      state: 'open',
    });
    await house.insert('operator_proposals', proposal(31), proposal(29), proposal(-1));
    await expect(house.pass('operator_proposals')).resolves.toEqual({ operator_proposals: 1 });
  });
});

describe('Reconciliations', () => {
  const run = (state: string, endedDaysAgo: number | null) => ({
    id: idToBytes(newId()),
    state,
    started_by: `${endedDaysAgo}`,
    started_at: daysAgo((endedDaysAgo ?? 50) + 1),
    ended_at: endedDaysAgo === null ? null : daysAgo(endedDaysAgo),
    due_at: endedDaysAgo === null ? new Date() : null,
    attempts: 1,
    listings: '{}',
    items: 0,
    orders: 0,
    findings: 0,
  });

  it('are forgotten when they are old, but for the last one that went well', async () => {
    await house.insert(
      'reconciliation_runs',
      run('finished', 60),
      run('finished', 50),
      run('finished', 40),
      run('failed', 45),
      run('failed', 5),
      run('asking', null),
    );
    await expect(house.pass('reconciliation_runs')).resolves.toEqual({ reconciliation_runs: 3 });
    expect(await house.values('reconciliation_runs', 'started_by')).toEqual(['40', '5', 'null']);
    await house.insert('reconciliation_runs', run('finished', 1));
    await expect(house.pass('reconciliation_runs')).resolves.toEqual({ reconciliation_runs: 1 });
  });

  it('keep findings for as long as they hold, or as somebody chose to ignore them', async () => {
    const finding = (state: string, seenDaysAgo: number) => ({
      id: idToBytes(newId()),
      kind: 'not-paid',
      state,
      item_id: idToBytes(newId()),
      order_id: 'o',
      detail: '',
      run_id: idToBytes(newId()),
      first_seen_at: daysAgo(90),
      last_seen_at: daysAgo(seenDaysAgo),
    });
    const states = ['open', 'fixing', 'ignored', 'gone'];
    await house.insert(
      'reconciliation_findings',
      ...states.map((state) => finding(state, 31)),
      finding('gone', 29),
    );
    await expect(house.pass('reconciliation_findings')).resolves.toEqual({ reconciliation_findings: 1 });
    expect(await house.values('reconciliation_findings', 'state')).toEqual([
      'fixing',
      'gone',
      'ignored',
      'open',
    ]);
  });
});
