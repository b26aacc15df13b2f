import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { systemClock } from '#libs/kernel/clock.js';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import { openPoolBeside } from '#libs/persistence/database/data-source.js';
import { GroupCommitter } from '#libs/persistence/unit-of-work/group-committer.js';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import {
  counters,
  CreateSampleTables1700000000000,
  memberships,
  sampleRows,
} from '#libs/persistence/testing/sample-rows.js';
import { increment } from '#libs/persistence/testing/unit-of-work.suite.js';
import { TypeOrmTransactionStore } from '#libs/persistence/unit-of-work/typeorm-transaction-store.js';
import { endClusters } from './cluster-folder.js';
import { clusterNodes, createOnCluster, type ClusterDatabase } from './cluster-database.js';

/** Of one packet: removals are a statement each. */
const rowsPerTransaction = 200;
/** Without autocommit none of 2,200 was half a one; with it, one or two of a thousand. */
const tries = 1_000;

describe('on two nodes of a cluster', () => {
  let database: ClusterDatabase;
  const sources: DataSource[] = [];
  let own: DataSource;
  let stores: TypeOrmTransactionStore[];
  beforeAll(async () => {
    database = await createOnCluster(await clusterNodes());
    for (const url of database.urls) {
      const settings = { url, rows: sampleRows, migrations: [CreateSampleTables1700000000000] };
      sources.push(await openDatabase({ ...settings, runMigrations: sources.length === 0 }));
    }
    own = sources[1]!;
    const groups = await Promise.all(sources.map((source) => openPoolBeside(source, 12, 'groups')));
    sources.push(...groups);
    stores = groups.map((each) => new TypeOrmTransactionStore(each));
    await own.query("INSERT INTO counters VALUES ('fought over', 0)");
  }, 300_000);
  afterAll(async () => {
    await Promise.all(sources.map((source) => source.destroy()));
    await database?.drop();
    await endClusters();
  }, 120_000);

  const numbers = Array.from({ length: rowsPerTransaction }, (_, number) => number);

  /** Removes rows while the other node changes one that the transaction has locked. */
  async function fight(groupNumber: number): Promise<string> {
    const groupId = newId();
    const rows = numbers.map((number) => [idToBytes(groupId), number, 'm']);
    await own.query('INSERT INTO memberships VALUES ?', [rows]);
    const mark = { committer: newId(), groupNumber };
    const transaction = await stores[1]!.begin(mark, { lockWaitSeconds: 1 });
    const removed = numbers.map((number) => [groupId, number]);
    await transaction.load([
      { table: counters, keys: ['fought over'], mode: 'lock' },
      { table: memberships, keys: removed, mode: 'lock' },
    ]);
    const ending = transaction
      .write([{ table: memberships, inserted: [], updated: [], removed }])
      .then(() => transaction.commit())
      .then(
        () => 'committed',
        async (error: Error) => {
          await transaction.rollback();
          return error.name;
        },
      );
    await pause(groupNumber % 8);
    await sources[0]!.query("UPDATE counters SET value = value + 1 WHERE name = 'fought over'");
    const ended = await ending;
    const [left]: { rows: string }[] = await own.query(
      'SELECT COUNT(*) AS `rows` FROM memberships WHERE group_id = ?',
      [idToBytes(groupId)],
    );
    const expected = ended === 'committed' ? 0 : rowsPerTransaction;
    return Number(left!.rows) === expected ? ended : `${ended}, and ${left!.rows} rows are left`;
  }

  it('a transaction that the other aborts in the middle is done whole, or not at all', async () => {
    const outcomes = new Set<string>();
    for (let number = 1; number <= tries; number += 1) outcomes.add(await fight(number));
    // If none met, nothing was tried.
    expect(outcomes).toContain('Contention');
    expect([...outcomes].filter((outcome) => !['Contention', 'committed'].includes(outcome))).toEqual([]);
  }, 300_000);

  it('a transaction on one sees what was committed on the other before it began', async () => {
    // Applied on the other node in the order of the commits: what is to be seen comes after work for a second.
    const rows = numbers.flatMap((a) => numbers.map((b) => [idToBytes(newId()), 1_000 * a + b, 'm']));
    await sources[0]!.query('INSERT INTO memberships VALUES ?', [rows]);
    await sources[0]!.query("INSERT INTO counters VALUES ('just committed', 1)");
    const transaction = await stores[1]!.begin(
      { committer: newId(), groupNumber: 1 },
      { lockWaitSeconds: 1 },
    );
    const [seen] = await transaction.load([{ table: counters, keys: ['just committed'], mode: 'lock' }]);
    await transaction.rollback();
    expect(seen).toEqual([{ name: 'just committed', value: 1 }]);
  }, 30_000);

  it('units that want the same row are done once each', async () => {
    const committers = stores.map((store) => new GroupCommitter({ store, clock: systemClock }));
    const names = ['a', 'b', 'c', 'd'];
    for (let round = 0; round < 50; round += 1) {
      await Promise.all(
        committers.flatMap((units) => [...names, ...names].map((name) => units.run(increment(name)))),
      );
    }
    const counted = await own.query('SELECT name, value FROM counters WHERE name IN (?) ORDER BY name', [
      names,
    ]);
    expect(counted).toEqual(names.map((name) => ({ name, value: 50 * 2 * committers.length })));
    await Promise.all(committers.map((committer) => committer.close()));
  }, 120_000);
});
