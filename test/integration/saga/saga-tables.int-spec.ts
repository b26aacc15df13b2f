import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import { createDataSource } from '#libs/persistence/database/data-source.js';
import { activeSagas } from '#libs/saga/runner/active-sagas.query.js';
import { dueSagas } from '#libs/saga/runner/due-sagas.query.js';
import { sagaAttentionColumn, sagaTables } from '#libs/saga/saga.migration.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';

const definitions = [{ name: 'place-order', version: 1 }];

describe('the tables of sagas', () => {
  let databases: TestDatabases;
  let source: DataSource;

  beforeAll(async () => {
    databases = await createTestDatabases(['orders']);
    const settings = { url: databases.url('orders'), rows: [], migrations: [] };
    source = await (await createDataSource(settings)).initialize();
    const runner = source.createQueryRunner();
    await sagaTables(runner);
    await sagaAttentionColumn(runner);
    await runner.release();
  });

  afterAll(async () => {
    await source.destroy();
    await databases.drop();
  });

  beforeEach(async () => {
    await source.query('DELETE FROM sagas');
  });

  interface Stored {
    readonly id?: string;
    readonly version?: number;
    readonly status?: string;
    readonly step?: string | null;
    /** From now; null: none. */
    readonly deadlineSeconds: number | null;
    readonly finished?: boolean;
    readonly attention?: object | null;
  }

  async function store({
    id = newId(),
    version = 1,
    status = 'running',
    step = 'take-payment',
    deadlineSeconds,
    finished = false,
    attention = null,
  }: Stored) {
    await source.query(
      `INSERT INTO sagas (id, saga, version, subject, revision, status, step, data, reason, attention, calls,
                          started_at, finished_at, deadline_at)
       VALUES (?, 'place-order', ?, ?, 7, ?, ?, '{}', NULL, ?, '[]',
               TIMESTAMPADD(SECOND, -90, UTC_TIMESTAMP(6)), ${finished ? 'UTC_TIMESTAMP(6)' : 'NULL'},
               TIMESTAMPADD(SECOND, ?, UTC_TIMESTAMP(6)))`,
      [
        idToBytes(id),
        version,
        idToBytes(id),
        status,
        step,
        attention && JSON.stringify(attention),
        deadlineSeconds,
      ],
    );
    return id;
  }

  it('give the sagas whose deadline has passed, longest ago first, as many as asked for', async () => {
    const second = await store({ deadlineSeconds: -10 });
    const first = await store({ deadlineSeconds: -20 });
    await store({ deadlineSeconds: -5 });
    await store({ deadlineSeconds: 20 });
    await expect(dueSagas(source, definitions, 2)).resolves.toEqual([
      { id: first, subject: first, revision: 7 },
      { id: second, subject: second, revision: 7 },
    ]);
  });

  it('leave sagas of another release, and those that are over, to others', async () => {
    await store({ deadlineSeconds: -10, version: 2 });
    await store({ deadlineSeconds: null, step: null, status: 'completed', finished: true });
    await expect(dueSagas(source, definitions, 10)).resolves.toEqual([]);
  });

  it('find what is due by its index', async () => {
    const plan: unknown = await source.query(
      'EXPLAIN SELECT id FROM sagas WHERE deadline_at <= UTC_TIMESTAMP(6) ORDER BY deadline_at LIMIT 10',
    );
    expect(JSON.stringify(plan)).toContain('sagas_deadline_at');
  });

  it('count what is under way', async () => {
    await store({ deadlineSeconds: 10 });
    await store({ deadlineSeconds: 10, status: 'needs-attention' });
    await store({
      deadlineSeconds: 10,
      status: 'needs-attention',
      attention: { cause: 'defect', detail: 'x', since: '2026-01-01T00:00:00.000Z' },
    });
    await store({ deadlineSeconds: null, step: null, status: 'completed', finished: true });
    const [group, ...others] = await activeSagas(source);
    expect(others).toEqual([]);
    expect(group).toMatchObject({
      saga: 'place-order',
      version: 1,
      step: 'take-payment',
      count: 3,
      unanswered: 1,
      defect: 1,
    });
    expect(group?.oldestSeconds).toBeGreaterThanOrEqual(90);
    expect(group?.oldestSeconds).toBeLessThan(150);
  });

  it.each<[string, Stored]>([
    ['that waits without a deadline', { deadlineSeconds: null }],
    ['that is over and has a deadline', { deadlineSeconds: 10, finished: true }],
    ['of an unknown status', { deadlineSeconds: 10, status: 'lost' }],
  ])('refuse a saga %s', async (_, saga) => {
    await expect(store(saga)).rejects.toThrow(/constraint/i);
  });
});
