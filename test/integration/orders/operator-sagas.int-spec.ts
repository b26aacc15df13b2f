import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { newId } from '#libs/kernel/ids.js';
import {
  groupsSql,
  placesToLook,
  searchSql,
} from '../../../apps/order-service/src/operations/sagas/list/saga-search.sql.js';
import type { SagaFilter } from '../../../apps/order-service/src/operations/sagas/list/saga-list.query.js';
import { rowsRead } from '../../support/rows-read.js';
import { OrderApi } from './order-api.js';
import { storeSagas, type StoredSaga } from './stored-saga.js';

let api: OrderApi;
let source: DataSource;

beforeAll(async () => {
  api = await OrderApi.start();
  source = api.source;
}, 60_000);
afterAll(() => api.stop(), 30_000);
beforeEach(() => source.query('DELETE FROM sagas'));

const list = async (query = '') => (await api.call('GET', `/api/admin/sagas${query}`)).body;
const idsOf = async (query = ''): Promise<string[]> =>
  ((await list(query)) as { items: { id: string }[] }).items.map(({ id }) => id);

describe('the list of sagas', () => {
  const subject = newId();
  const kinds: Record<string, StoredSaga> = {
    waiting: { step: 'reserve-stock', ageSeconds: 100 },
    paying: { step: 'take-payment', ageSeconds: 90, version: 99 },
    undoing: { status: 'rolling-back', step: 'reserve-stock', cause: 'payment-declined', ageSeconds: 80 },
    stuck: { status: 'needs-attention', step: 'commit-stock', ageSeconds: 5_000 },
    stuckUndoing: {
      status: 'needs-attention',
      step: 'take-payment',
      cause: 'payment-timeout',
      ageSeconds: 70,
    },
    done: { status: 'completed', ageSeconds: 60, subject },
    undone: { status: 'rolled-back', cause: 'payment-declined', ageSeconds: 50 },
    cancelled: { saga: 'cancel-order', status: 'completed', ageSeconds: 40, subject },
  };
  let ids: Record<string, string>;

  beforeEach(async () => {
    const stored = await storeSagas(source, ...Object.values(kinds));
    ids = Object.fromEntries(Object.keys(kinds).map((name, index) => [name, stored[index]!]));
  });

  const found = async (query: string): Promise<string[]> => {
    const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
    return (await idsOf(query)).map((id) => names.get(id)!);
  };

  it.each<[string, string[]]>([
    ['', ['cancelled', 'undone', 'done', 'stuckUndoing', 'undoing', 'paying', 'waiting', 'stuck']],
    ['?sort=oldest&limit=2', ['stuck', 'waiting']],
    ['?saga=cancel-order', ['cancelled']],
    ['?version=99', ['paying']],
    ['?status=running', ['paying', 'waiting']],
    ['?status=completed&status=rolled-back', ['cancelled', 'undone', 'done']],
    ['?step=take-payment', ['stuckUndoing', 'paying']],
    ['?cause=payment-declined', ['undone', 'undoing']],
    ['?cause=unanswered', ['stuck']],
    ['?cause=payment-declined&status=rolled-back', ['undone']],
    ['?known=false', ['paying']],
    ['?known=false&status=running', ['paying']],
    ['?known=false&saga=cancel-order', []],
    [`?known=true&subject=${subject}`, ['cancelled', 'done']],
    ['?known=true&cause=payment-declined', ['undone', 'undoing']],
    ['?olderThanSeconds=75', ['undoing', 'paying', 'waiting', 'stuck']],
    [`?subject=${subject}`, ['cancelled', 'done']],
    [`?subject=${subject}&saga=place-order`, ['done']],
    ['?saga=never-heard-of', []],
  ])('%s', async (query, names) => {
    await expect(found(query)).resolves.toEqual(names);
  });

  it('says of each how it stands, and what is possible', async () => {
    const { items } = await list('?step=commit-stock');
    expect(items).toEqual([
      {
        id: ids['stuck'],
        saga: 'place-order',
        version: 1,
        subject: ids['stuck'],
        status: 'needs-attention',
        step: 'commit-stock',
        operation: 'action',
        attempt: 2,
        reason: null,
        cause: 'unanswered',
        attention: null,
        known: true,
        startedAt: expect.stringMatching(/Z$/),
        finishedAt: null,
        deadlineAt: expect.stringMatching(/Z$/),
        ageSeconds: expect.any(Number),
        revision: 7,
        actions: ['retry', 'resolve'],
      },
    ]);
    expect(items[0].ageSeconds).toBeGreaterThanOrEqual(5_000);
  });

  it('says why one that cannot go on needs attention', async () => {
    const attention = { cause: 'defect', detail: 'The order is paid.', since: '2026-01-01T00:00:00.000Z' };
    const [broken] = await storeSagas(source, { status: 'needs-attention', attention });
    const { items } = await list('?cause=defect');
    expect(items).toEqual([expect.objectContaining({ id: broken, cause: 'defect', attention })]);
  });

  it('offers nothing for what is over, and to compensate only before the pivot', async () => {
    const { items } = await list();
    const actions = Object.fromEntries(
      (items as { id: string; actions: string[] }[]).map((item) => [item.id, item.actions]),
    );
    expect(actions[ids['done']!]).toEqual([]);
    expect(actions[ids['waiting']!]).toEqual(['retry', 'compensate']);
    // No process knows version 99 here: it is listed all the same.
    expect(actions[ids['paying']!]).toEqual([]);
  });

  it('is the same list whatever the size of its pages, in either direction', async () => {
    // Several of one moment, so that the id decides.
    await storeSagas(source, ...Array.from({ length: 20 }, () => ({ ageSeconds: 30 })));
    await source.query("UPDATE sagas SET started_at = '2026-01-01 00:00:00' WHERE status = 'running'");
    for (const sort of ['newest', 'oldest']) {
      const whole = await idsOf(`?sort=${sort}&limit=100`);
      expect(whole).toHaveLength(28);
      const pieces: string[] = [];
      for (let path = `?sort=${sort}&limit=3`; path !== '';) {
        const { items, nextCursor } = await list(path);
        pieces.push(...(items as { id: string }[]).map(({ id }) => id));
        path = nextCursor === null ? '' : `?sort=${sort}&limit=3&cursor=${encodeURIComponent(nextCursor)}`;
      }
      expect(pieces).toEqual(whole);
    }
  });

  it('has cursors for one caller and one filter', async () => {
    const { nextCursor } = await list('?limit=1');
    const cursor = encodeURIComponent(nextCursor);
    expect((await api.call('GET', `/api/admin/sagas?limit=5&cursor=${cursor}`)).status).toBe(200);
    for (const [query, as] of [
      [`?cursor=${cursor}`, 'op-2'],
      [`?cursor=${cursor}&sort=oldest`, 'op-1'],
      [`?cursor=${cursor}&saga=place-order`, 'op-1'],
      ['?cursor=abc', 'op-1'],
    ] as const) {
      const { status, body } = await api.call('GET', `/api/admin/sagas${query}`, { as });
      expect([status, body.code]).toEqual([400, 'invalid-cursor']);
    }
  });

  it.each([
    'limit=0',
    'limit=101',
    'status=lost',
    'sort=age',
    'version=x',
    'subject=1',
    'olderThanSeconds=-1',
    'x=1',
  ])('refuses %s', async (query) => {
    const { status, body } = await api.call('GET', `/api/admin/sagas?${query}`);
    expect([status, body.code]).toEqual([400, 'invalid-request']);
  });

  it('is counted where it is under way', async () => {
    const { body } = await api.call('GET', '/api/admin/sagas/summary');
    expect(body).toMatchObject({ active: 5, needAttention: 2 });
    expect(body.groups).toHaveLength(5);
    expect(body.groups[0]).toMatchObject({
      saga: 'place-order',
      version: 1,
      step: 'commit-stock',
      status: 'needs-attention',
      cause: 'unanswered',
      count: 1,
    });
    expect(body.groups[0].oldestAgeSeconds).toBeGreaterThanOrEqual(5_000);
  });
});

describe('looking for sagas among many that are over', () => {
  /** Rows and index entries that the server touches for a search. */
  async function touched(filter: SagaFilter): Promise<number> {
    const groups = await source.query(groupsSql);
    const [sql, parameters] = searchSql(placesToLook(filter, groups), filter, 'newest', 21, null);
    return rowsRead(source, sql, parameters);
  }

  const many = async (count: number): Promise<void> => {
    const stored = Array.from({ length: count }, (_, n): StoredSaga =>
      n % 10 === 0
        ? { status: 'rolled-back', cause: 'out-of-stock', ageSeconds: n }
        : { status: 'completed', ageSeconds: n },
    );
    await storeSagas(source, ...stored);
    await source.query('ANALYZE TABLE sagas');
  };

  it.each<[string, SagaFilter]>([
    ['all of them', {}],
    ['a status', { status: ['rolled-back'] }],
    ['a cause', { cause: 'out-of-stock' }],
    ['a cause that is rare', { cause: 'cancelled-by-operator' }],
    ['a step', { step: 'take-payment' }],
    ['an old version', { version: 1, olderThanSeconds: 100 }],
  ])('costs the same for %s when there are ten times as many', async (_, filter) => {
    await storeSagas(
      source,
      { step: 'take-payment' },
      { status: 'rolled-back', cause: 'cancelled-by-operator' },
    );
    await many(300);
    const few = await touched(filter);
    await many(2_700);
    expect(await touched(filter)).toBeLessThanOrEqual(few + 10);
  });

  it.each([
    ['those under way', 'SELECT COUNT(*) FROM sagas WHERE deadline_at IS NOT NULL'],
    ['the groups', groupsSql],
  ])('finds %s without going through the rest', async (_, sql) => {
    await storeSagas(source, { step: 'take-payment' });
    await many(3_000);
    expect(await rowsRead(source, sql)).toBeLessThan(30);
  });
});
