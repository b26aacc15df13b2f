import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryTransactionStore } from './in-memory-transaction-store.js';
import { InMemoryRunner } from './in-memory-runner.js';
import { counters } from './sample-rows.js';
import { unitOfWorkSuite } from './unit-of-work.suite.js';

describe('InMemoryRunner', () => {
  let store: InMemoryTransactionStore;
  beforeEach(() => {
    store = new InMemoryTransactionStore();
  });

  unitOfWorkSuite({ create: async () => new InMemoryRunner({ store }) });

  it('shows what is committed, in key order', async () => {
    const units = new InMemoryRunner();
    await units.seed(counters, { name: 'b', value: 2 }, { name: 'a', value: 1 });
    expect(units.rows(counters)).toEqual([
      { name: 'a', value: 1 },
      { name: 'b', value: 2 },
    ]);
  });
});
