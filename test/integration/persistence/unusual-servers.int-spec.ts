import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { Fault } from '#libs/kernel/errors.js';
import { openPoolBeside } from '#libs/persistence/database/data-source.js';
import { ServerFailing } from '#libs/persistence/database/errors.js';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import { dumpSchema } from '#libs/persistence/database/schema-dump.js';
import { increment } from '#libs/persistence/testing/unit-of-work.suite.js';
import { ordersMigrations } from '#migrations/orders/index.js';
import { findMariadb, startMariadb } from '../../../scripts/provision/mariadb.mjs';
import { endServersIn } from '../../../scripts/provision/end-servers.mjs';
import { eventually } from '../../support/eventually.js';
import { logged, logStatements } from '../../support/failing-server.js';
import { SampleDatabase } from './sample-database.js';

const directory = path.resolve('.data/test/unusual-servers');
const binaries = findMariadb()!;
const { engine } = binaries;
type Engine = typeof engine;
let server: Awaited<ReturnType<typeof startMariadb>> | undefined;
let databases = 0;

beforeAll(async () => {
  await endServersIn(directory);
  await rm(directory, { recursive: true, force: true });
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** @returns the URL of an empty database there, as a careless operator makes one. */
async function startWith(args: readonly string[]): Promise<string> {
  server = await startMariadb(path.join(directory, 'mariadb'), binaries, { args });
  const connection = await createConnection(server.url);
  const name = `Shop_${(databases += 1)}`;
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET latin1`);
  await connection.end();
  return `${server.url}/${name}`;
}

const names = (schema: string): string[] =>
  [...schema.matchAll(/^CREATE TABLE `(\w+)`/gm)].map(([, name]) => name!);

/** MySQL always checks constraints. */
const ownVariables: Readonly<Record<Engine, string>> = {
  mariadb: `@@tx_isolation AS isolation, @@tx_read_only AS readOnly, @@max_statement_time AS timeAllowed,
    @@check_constraint_checks AS checks`,
  mysql: `@@transaction_isolation AS isolation, @@transaction_read_only AS readOnly,
    @@max_execution_time AS timeAllowed, 1 AS checks`,
};

interface Setting {
  readonly title: string;
  readonly args: readonly string[];
  /** Default: either. */
  readonly only?: Engine;
}

const here = ({ only = engine }: Setting): boolean => only === engine;

const goodEnough: readonly Setting[] = [
  { title: 'no binary log, but a format of statements', args: ['--binlog-format=STATEMENT'] },
  {
    title: 'compact rows',
    args: ['--innodb-default-row-format=compact', '--innodb-strict-mode=OFF'],
  },
  {
    title: 'MyISAM, and primary keys demanded',
    args: ['--default-storage-engine=MyISAM', '--innodb-force-primary-key=ON'],
    only: 'mariadb',
  },
  {
    title: 'MyISAM, and primary keys demanded',
    args: ['--default-storage-engine=MyISAM', '--sql-require-primary-key=ON'],
    only: 'mysql',
  },
  {
    title: 'quotes and backslashes of its own',
    args: ['--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,NO_ZERO_DATE'],
  },
  {
    title: 'Latin, whatever the client says',
    args: ['--character-set-server=latin1', '--character-set-client-handshake=OFF'],
    only: 'mariadb',
  },
  { title: 'Latin', args: ['--character-set-server=latin1'], only: 'mysql' },
  // MySQL takes it only when its data are made.
  { title: 'names in lower case', args: ['--lower-case-table-names=1'], only: 'mariadb' },
  {
    title: 'transactions that end by themselves, and differently',
    args: [
      '--autocommit=0',
      '--completion-type=CHAIN',
      '--transaction-isolation=SERIALIZABLE',
      '--innodb-rollback-on-timeout=ON',
    ],
  },
  {
    title: 'limits that are too low',
    args: ['--max-statement-time=0.001', '--wait-timeout=2', '--lock-wait-timeout=1'],
    only: 'mariadb',
  },
  {
    title: 'limits that are too low',
    args: ['--max-execution-time=1', '--wait-timeout=2', '--lock-wait-timeout=1'],
    only: 'mysql',
  },
  {
    title: 'another time',
    args: ['--default-time-zone=+05:45', '--explicit-defaults-for-timestamp=OFF'],
  },
  {
    title: 'a binary log that has whole rows',
    args: ['--log-bin=on', '--server-id=1', '--binlog-format=ROW'],
  },
  {
    title: 'a binary log by the ids of transactions',
    args: ['--log-bin=on', '--server-id=1', '--gtid-mode=ON', '--enforce-gtid-consistency=ON'],
    only: 'mysql',
  },
];

const refused: readonly (Setting & { readonly advice: string })[] = [
  {
    title: 'logs statements',
    args: ['--log-bin=on', '--server-id=1', '--binlog-format=STATEMENT'],
    advice: "SET GLOBAL binlog_format = 'ROW'",
  },
  {
    title: 'makes tables of Aria, whatever they say',
    args: ['--enforce-storage-engine=Aria'],
    advice: 'enforce_storage_engine is Aria',
    only: 'mariadb',
  },
  {
    title: 'takes short statements only',
    args: ['--max-allowed-packet=1M'],
    advice: 'SET GLOBAL max_allowed_packet = 8388608',
  },
];

describe('a server with unusual settings', () => {
  it.each(goodEnough.filter(here))(
    'is good enough with $title',
    async ({ args }) => {
      const source = await openDatabase({
        url: await startWith(args),
        rows: [],
        migrations: ordersMigrations,
      });
      const groups = await openPoolBeside(source, 2, 'groups');
      try {
        expect(names(await dumpSchema(source))).toContain('parked_messages');
        const tables: object[] = await source.query(`SELECT DISTINCT engine AS engine, row_format AS format
        FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name <> 'migrations'`);
        expect(tables).toEqual([{ engine: 'InnoDB', format: 'Dynamic' }]);
        for (const pool of [source, groups]) {
          const [session] = await pool.query<object[]>(`SELECT ${ownVariables[engine]},
          @@time_zone AS zone, @@completion_type AS completion, @@character_set_client AS client,
          @@collation_connection AS collation, 'it\\'s' AS quoted, CONCAT(@@sql_select_limit) AS maxRows`);
          expect(session).toEqual({
            isolation: 'READ-COMMITTED',
            readOnly: 0,
            zone: '+00:00',
            completion: 'NO_CHAIN',
            client: 'utf8mb4',
            collation: 'utf8mb4_unicode_ci',
            timeAllowed: 0,
            checks: 1,
            quoted: "it's",
            maxRows: '18446744073709551615',
          });
        }
      } finally {
        await groups.destroy();
        await source.destroy();
      }
    },
    60_000,
  );

  it.each(refused.filter(here))(
    'is refused before anything is made there when it $title',
    async ({ args, advice }) => {
      const url = await startWith(args);
      await expect(openDatabase({ url, rows: [], migrations: ordersMigrations })).rejects.toThrow(advice);
      const connection = await createConnection(url);
      const [tables] = await connection.query('SHOW TABLES');
      await connection.end();
      expect(tables).toEqual([]);
    },
    60_000,
  );
});

describe('a server whose binary log takes no rows', () => {
  it('is used as soon as that is put right, by pools that were open before', async () => {
    await startWith(logged);
    const database = await SampleDatabase.create(server!.url);
    const background = await openPoolBeside(database.dataSource, 1, 'background');
    try {
      const units = database.committer({ outageSeconds: 0 });
      const count = () => background.query("UPDATE counters SET value = value + 1 WHERE name = 'a'");
      const putRight = await logStatements(server!.url);
      await expect(units.run(increment('a'))).rejects.toThrow(Fault);
      await expect(count()).rejects.toThrow(ServerFailing);
      await putRight();
      // Each try at a session from before ends it.
      await eventually(async () => expect(await units.run(increment('a'))).toBe(1));
      expect(await count()).toMatchObject({ affectedRows: 1 });
    } finally {
      await background.destroy();
      await database.drop();
    }
  }, 60_000);
});
