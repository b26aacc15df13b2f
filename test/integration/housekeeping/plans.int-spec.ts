import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import type { Prunable } from '#libs/persistence/housekeeping/prunable.js';
import { daysAgo, idFrom, OldHouse } from './old-house.js';
import { cutOff } from './pass.js';

const young = 3_000;
const old = 40;
const limit = 10;

let house: OldHouse;

const times = (make: (at: Date, index: number) => Readonly<Record<string, unknown>>) =>
  Array.from({ length: old + young }, (_, index) => make(index < old ? daysAgo(99) : new Date(), index));

beforeAll(async () => {
  house = await OldHouse.open();
  const id = (at: Date) => idToBytes(idFrom(at));
  await house.insert(
    'inbox',
    ...times((at) => ({
      consumer: 'sagas',
      message_id: id(at),
      body_hash: randomBytes(32),
      consumed_at: at,
    })),
  );
  await house.insert(
    'idempotency_keys',
    ...times((at, index) => ({ scope: `s${index}`, request_hash: 'x', response: '{}', created_at: at })),
  );
  const orderIds = times((at) => ({ at, id: id(at) }));
  await house.insert(
    'orders',
    ...orderIds.map(({ id, at }, index) => ({
      id,
      number: index,
      customer_id: 'c',
      status: 'DELIVERED',
      version: 2,
      currency: 'USD',
      total_minor: 1,
      details: '{}',
      created_at: at,
      updated_at: at,
    })),
  );
  await house.insert(
    'sagas',
    ...orderIds.map(({ id, at }) => ({
      id,
      saga: 'place-order',
      version: 1,
      subject: id,
      revision: 1,
      status: 'completed',
      step: null,
      data: '{}',
      calls: '[]',
      started_at: at,
      finished_at: at,
    })),
  );
  await house.insert(
    'saga_timeline',
    ...orderIds.map(({ id }) => ({ saga_id: id, revision: 1, saga: 'place-order', entries: '[]' })),
  );
  const message = {
    queue: 'q',
    reason: 'defect',
    detail: '',
    size_bytes: 1,
    attempt: 0,
    redrives: 0,
    edited: 0,
  };
  await house.insert(
    'parked_messages',
    ...times((at) => ({
      ...message,
      id: id(at),
      body_hash: randomBytes(32),
      parked_at: at,
      collected_at: at,
      state: 'discarded',
      settled_at: at,
    })),
  );
  const parked: Buffer[] = await house.values('parked_messages', 'id');
  await house.insert('parked_message_bodies', ...parked.map((each) => ({ id: each, original: 'x' })));
  await house.insert(
    'operator_jobs',
    ...times((at) => ({
      id: id(at),
      kind: 'k',
      filter: '{}',
      total: 1,
      done: 1,
      failed: 0,
      state: 'finished',
      actor: 'a',
      reason: 'r',
      fence: 1,
      lease_until: at,
      created_at: at,
      updated_at: at,
      finished_at: at,
    })),
  );
  await house.insert(
    'operator_proposals',
    ...times((at) => ({
      id: id(at),
      action: 'a',
      target: 't',
      text: 't',
      why: 'w',
      seen: 's',
      reason: 'r',
      state: 'open',
      proposed_by: 'a',
      proposed_at: at,
      expires_at: at,
    })),
  );
  await house.insert(
    'reconciliation_runs',
    ...times((at) => ({
      id: id(at),
      state: 'finished',
      started_by: 's',
      started_at: at,
      ended_at: at,
      attempts: 1,
      listings: '{}',
      items: 0,
      orders: 0,
      findings: 0,
    })),
  );
  await house.insert(
    'reconciliation_findings',
    ...times((at, index) => ({
      id: id(at),
      kind: 'not-paid',
      state: index < old ? 'gone' : 'open',
      item_id: id(at),
      order_id: 'o',
      detail: '',
      run_id: idToBytes(newId()),
      first_seen_at: at,
      last_seen_at: at,
    })),
  );
  const tables =
    'inbox, idempotency_keys, orders, sagas, saga_timeline, parked_messages, parked_message_bodies, operator_jobs';
  await house.source.query(
    `ANALYZE TABLE ${tables}, operator_proposals, reconciliation_runs, reconciliation_findings`,
  );
}, 60_000);
afterAll(() => house.close());

interface Step {
  readonly sql: string;
  readonly parameters: unknown[];
}

/** Does everything on one connection, and remembers what. */
class Witness {
  readonly steps: Step[] = [];

  constructor(private readonly runner: QueryRunner) {}

  get source(): DataSource {
    const query = (sql: string, parameters: unknown[] = []): Promise<unknown> => {
      this.steps.push({ sql, parameters });
      return this.runner.query(sql, parameters);
    };
    const transaction = (run: (manager: EntityManager) => Promise<unknown>) =>
      run({ query } as EntityManager);
    return { query, transaction } as unknown as DataSource;
  }

  /** Rows and index entries that the server has touched for this connection. */
  async touched(): Promise<number> {
    const rows: { Value: string }[] = await this.runner.query("SHOW SESSION STATUS LIKE 'Handler_read%'");
    return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
  }
}

async function oneBatch(prunable: Prunable): Promise<{ touched: number; keys: string[] }> {
  const runner = house.source.createQueryRunner();
  try {
    const witness = new Witness(runner);
    await witness.touched();
    const before = await witness.touched();
    const looking = (await witness.touched()) - before;
    await runner.startTransaction();
    await prunable.prune(witness.source, { before: cutOff(prunable), after: null, limit });
    const touched = (await witness.touched()) - before - 2 * looking;
    // The plans are those for the rows as they were.
    await runner.rollbackTransaction();
    const keys = new Set<string>();
    for (const { sql, parameters } of witness.steps) {
      const plan: { table: string | null; key: string | null }[] = await runner.query(
        `EXPLAIN FORMAT = TRADITIONAL ${sql}`,
        parameters,
      );
      for (const { table, key } of plan) if (table !== null) keys.add(`${table} by ${key}`);
    }
    return { touched, keys: [...keys].sort() };
  } finally {
    await runner.release();
  }
}

describe('One batch', () => {
  it.each([
    ['inbox', ['inbox by PRIMARY']],
    ['idempotency_keys', ['idempotency_keys by PRIMARY', 'idempotency_keys by idempotency_keys_created_at']],
    ['sagas', ['orders by PRIMARY', 'saga_timeline by PRIMARY', 'sagas by PRIMARY', 'sagas by sagas_lists']],
    ['saga_timeline', ['sagas by sagas_lists']],
    [
      'parked_messages',
      [
        'parked_message_bodies by PRIMARY',
        'parked_messages by PRIMARY',
        'parked_messages by parked_messages_settled',
      ],
    ],
    ['operator_jobs', ['operator_jobs by PRIMARY', 'operator_jobs by operator_jobs_finished']],
    [
      'operator_proposals',
      ['operator_proposals by PRIMARY', 'operator_proposals by operator_proposals_expires'],
    ],
    [
      'reconciliation_runs',
      [
        'last by reconciliation_runs_state',
        'reconciliation_runs by PRIMARY',
        'reconciliation_runs by reconciliation_runs_state',
      ],
    ],
    [
      'reconciliation_findings',
      ['reconciliation_findings by PRIMARY', 'reconciliation_findings by reconciliation_findings_state'],
    ],
  ])(
    'of %s touches as many rows as it may delete, not those that stay, and needs no index of its own',
    async (table, keys) => {
      const batch = await oneBatch(house.prunable(table));
      expect(batch.keys).toEqual(keys);
      expect(batch.touched).toBeLessThan(20 * limit);
    },
  );
});
