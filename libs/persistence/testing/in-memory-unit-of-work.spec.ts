import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryTransactionStore } from './in-memory-transaction-store.js';
import { InMemoryUnitOfWork } from './in-memory-runner.js';
import { counters } from './sample-rows.js';
import { unitOfWorkSuite } from './unit-of-work.suite.js';

describe('InMemoryUnitOfWork', () => {
  let store: InMemoryTransactionStore;
  beforeEach(() => {
    store = new InMemoryTransactionStore();
  });

  unitOfWorkSuite({ create: async () => new InMemoryUnitOfWork({ store }) });

  it('shows what is committed, in key order', async () => {
    const units = new InMemoryUnitOfWork();
    await units.seed(counters, { name: 'b', value: 2 }, { name: 'a', value: 1 });
    expect(units.rows(counters)).toEqual([
      { name: 'a', value: 1 },
      { name: 'b', value: 2 },
    ]);
  });
});
