import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TransactionResult } from '#libs/persistence/unit-of-work/group-observer.js';
import { counters } from '#libs/persistence/testing/sample-rows.js';
import { increment } from '#libs/persistence/testing/unit-of-work.suite.js';
import { read } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.js';
import { SampleDatabase } from './sample-database.js';

describe('a connection that is lost at COMMIT', () => {
  let database: SampleDatabase;
  let proxy: TcpProxy;
  let throughProxy: SampleDatabase;
  beforeAll(async () => {
    database = await SampleDatabase.create();
    proxy = await TcpProxy.to(database.url);
    throughProxy = await database.at(proxy.url(database.url));
  });
  beforeEach(() => database.clear());
  afterAll(async () => {
    await throughProxy.disconnect();
    await proxy.close();
    await database.drop();
  });

  const run = async (
    count: number,
  ): Promise<{ values: number[]; results: TransactionResult[]; heard: number }> => {
    const results: TransactionResult[] = [];
    const units = throughProxy.committer({
      observer: {
        transactionEnded: (_, __, result) => results.push(result),
        rowHeld: () => undefined,
        listenerFailed: () => undefined,
      },
    });
    let heard = 0;
    units.onCommitted(counters, (rows) => (heard += rows.length));
    const values = await Promise.all(Array.from({ length: count }, () => units.run(increment('a'))));
    return { values, results, heard };
  };

  const value = (): Promise<number | undefined> =>
    database.committer().run({
      name: 'look',
      load: [read(counters, 'a')],
      decide: (work) => work.find(counters, 'a')?.value,
    });

  it('and was carried out: the units are told so, and do not run again', async () => {
    void proxy.severAt('COMMIT', 'after');
    expect(await run(3)).toEqual({ values: [1, 2, 3], results: ['committed'], heard: 1 });
    expect(await value()).toBe(3);
  });

  it('and did not arrive: the units run again', async () => {
    void proxy.severAt('COMMIT', 'before');
    expect(await run(3)).toEqual({ values: [1, 2, 3], results: ['connection-lost', 'committed'], heard: 1 });
    expect(await value()).toBe(3);
  });

  it('while the server has not noticed: the outcome is waited for', async () => {
    const severed = proxy.severAt('COMMIT', 'before', { serverNotices: false });
    // The transaction is still open on the server and holds its rows, until somebody ends it.
    const outcome = run(3);
    await severed;
    setTimeout(() => proxy.endServerSides(), 300);
    expect(await outcome).toEqual({ values: [1, 2, 3], results: ['connection-lost', 'committed'], heard: 1 });
    expect(await value()).toBe(3);
  });
});
