import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { newId } from '#libs/kernel/ids.js';
import { openPoolBeside } from '#libs/persistence/database/data-source.js';
import { counters } from '#libs/persistence/testing/sample-rows.js';
import { increment } from '#libs/persistence/testing/unit-of-work.suite.js';
import { TypeOrmTransactionStore } from '#libs/persistence/unit-of-work/typeorm-transaction-store.js';
import { commitStatement, TcpProxy } from '../../../tools/faults/tcp-proxy.js';
import { SampleDatabase } from './sample-database.js';

describe('a line to the database that is lost without notice', () => {
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

  it('at a COMMIT holds nobody up: its thread is ended, and the next group has a mark of its own', async () => {
    const units = throughProxy.committer();
    const severed = proxy.severAt(commitStatement, 'before', { serverNotices: false });
    // The server still believes in the line, the transaction in its locks. Nobody ends it but the committer.
    expect(await units.run(increment('a'))).toBe(1);
    await severed;
    expect(await units.run(increment('a'))).toBe(2);
    expect(await units.run(increment('b'))).toBe(1);
  });

  // Neither end is told. Without a look at what the server does, each would take longer than a test may.
  it.each([
    ['before', 'COMMIT'],
    ['after', 'COMMIT'],
    ['before', 'FOR UPDATE'],
    ['after', 'FOR UPDATE'],
  ] as const)('is found when the server has nothing to do: %s %s', async (when, text) => {
    const units = throughProxy.committer();
    await units.run(increment('a'));
    void proxy.loseAt(text, when);
    expect(await units.run(increment('a'))).toBe(2);
    expect(await database.committer().run(increment('a'))).toBe(3);
  });

  it('in the middle of a transaction holds nobody up', async () => {
    const units = throughProxy.committer();
    await units.run(increment('a'));
    void proxy.severAt('FOR UPDATE', 'before', { serverNotices: false });
    expect(await units.run(increment('a'))).toBe(2);
    expect(await database.committer().run(increment('a'))).toBe(3);
  });
});

describe('a process that stops in the middle of a transaction', () => {
  let database: SampleDatabase;
  let stopped: DataSource;
  beforeAll(async () => {
    database = await SampleDatabase.create();
    stopped = await openPoolBeside(database.dataSource, 2, 'groups');
  });
  afterAll(async () => {
    await stopped.destroy();
    await database.drop();
  });

  it('loses what it holds after some seconds, and cannot commit it when it goes on', async () => {
    const units = database.committer();
    await units.run(increment('a'));
    const mark = { committer: newId(), groupNumber: 1 };
    const transaction = await new TypeOrmTransactionStore(stopped).begin(mark, { lockWaitSeconds: 1 });
    await transaction.load([{ table: counters, keys: ['a'], mode: 'lock' }]);
    expect(await units.run(increment('a'))).toBe(2);
    const row = { name: 'a', value: 100 };
    const changes = { table: counters, inserted: [], updated: [row], removed: [] };
    await expect(transaction.write([changes])).rejects.toThrow();
    await transaction.rollback();
    expect(await units.run(increment('a'))).toBe(3);
  }, 40_000);
});
