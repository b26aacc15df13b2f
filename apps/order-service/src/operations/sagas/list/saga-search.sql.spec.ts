import { describe, expect, it } from '@jest/globals';
import type { SagaFilter } from './saga-list.query.js';
import { placesToLook, searchSql, type SagaGroup } from './saga-search.sql.js';

const groups: SagaGroup[] = [
  { saga: 'cancel-order', version: 1, status: 'completed' },
  { saga: 'place-order', version: 1, status: 'completed' },
  { saga: 'place-order', version: 2, status: 'completed' },
  { saga: 'place-order', version: 2, status: 'running' },
  { saga: 'place-order', version: 2, status: 'rolled-back' },
];

const looked = (filter: SagaFilter) =>
  placesToLook(filter, groups).map(({ index, where }) => [
    index,
    ...where.flatMap(([, ...values]) => values),
  ]);

describe('where sagas are looked for', () => {
  it('is every group when nothing is asked for', () => {
    expect(looked({})).toHaveLength(groups.length);
  });

  it('is the groups that fit', () => {
    expect(looked({ saga: 'place-order', version: 2, status: ['running', 'completed'] })).toEqual([
      ['sagas_lists', 'place-order', 2, 'completed'],
      ['sagas_lists', 'place-order', 2, 'running'],
    ]);
  });

  it('is not among those that are over when a step is asked for: they wait at none', () => {
    expect(looked({ step: 'take-payment' })).toEqual([['sagas_lists', 'place-order', 2, 'running']]);
    expect(looked({ step: 'take-payment', status: ['completed'] })).toEqual([]);
  });

  it('is the causes, of the statuses that can have one', () => {
    expect(looked({ cause: 'out-of-stock' })).toEqual([
      ['sagas_cause', 'out-of-stock', 'rolling-back'],
      ['sagas_cause', 'out-of-stock', 'needs-attention'],
      ['sagas_cause', 'out-of-stock', 'rolled-back'],
    ]);
    expect(looked({ cause: 'out-of-stock', status: ['completed'] })).toEqual([]);
  });

  it('is the versions that are known, or are not, wherever else one looks', () => {
    const known = false;
    expect(placesToLook({ known }, [])).toEqual([]);
    for (const filter of [{ cause: 'out-of-stock' }, { subject: '01997000-0000-7000-8000-000000000001' }]) {
      for (const { where } of placesToLook({ ...filter, known }, groups.slice(0, 1))) {
        expect(where).toContainEqual(['(saga, version) IN (?)', [['cancel-order', 1]]]);
      }
    }
  });

  it("is the order's own sagas, whatever else is asked for", () => {
    const subject = '01997000-0000-7000-8000-000000000001';
    expect(looked({ subject, saga: 'place-order' }).map(([index]) => index)).toEqual(['sagas_subject']);
  });
});

describe('the statement', () => {
  it('has as many placeholders as parameters, and asks each place for no more than the whole may have', () => {
    const filter = { saga: 'place-order', cause: 'x', step: 'y', version: 1, olderThanSeconds: 5 };
    const after = { startedAt: '2026-01-01T00:00:00.000Z', id: '01997000-0000-7000-8000-000000000001' };
    const [sql, parameters] = searchSql(placesToLook(filter, groups), filter, 'oldest', 21, after);
    expect(sql.match(/\?/g)).toHaveLength(parameters.length);
    expect(sql.match(/LIMIT 21/g)).toHaveLength(3);
  });
});
