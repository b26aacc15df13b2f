import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { openPoolBeside } from '#libs/persistence/database/data-source.js';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import { dumpSchema } from '#libs/persistence/database/schema-dump.js';
import { ordersMigrations } from '#migrations/orders/index.js';
import { findMariadb, startMariadb } from '../../../scripts/provision/mariadb.mjs';
import { endServersIn } from '../../../scripts/provision/end-servers.mjs';

const directory = path.resolve('.data/test/unusual-servers');
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
  server = await startMariadb(path.join(directory, 'mariadb'), findMariadb()!, { args });
  const connection = await createConnection(server.url);
  const name = `Shop_${(databases += 1)}`;
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET latin1`);
  await connection.end();
  return `${server.url}/${name}`;
}

const names = (schema: string): string[] =>
  [...schema.matchAll(/^CREATE TABLE `(\w+)`/gm)].map(([, name]) => name!);

describe('a server with unusual settings', () => {
  it.each([
    ['no binary log, but a format of statements', ['--binlog-format=STATEMENT']],
    ['compact rows', ['--innodb-default-row-format=compact', '--innodb-strict-mode=OFF']],
    [
      'MyISAM, and primary keys demanded',
      ['--default-storage-engine=MyISAM', '--innodb-force-primary-key=ON'],
    ],
    [
      'quotes and backslashes of its own',
      ['--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,NO_ZERO_DATE'],
    ],
    [
      'Latin, whatever the client says',
      ['--character-set-server=latin1', '--character-set-client-handshake=OFF'],
    ],
    ['names in lower case', ['--lower-case-table-names=1']],
    [
      'transactions that end by themselves, and differently',
      [
        '--autocommit=0',
        '--completion-type=CHAIN',
        '--transaction-isolation=SERIALIZABLE',
        '--innodb-rollback-on-timeout=ON',
      ],
    ],
    ['limits that are too low', ['--max-statement-time=0.001', '--wait-timeout=2', '--lock-wait-timeout=1']],
    ['another time', ['--default-time-zone=+05:45', '--explicit-defaults-for-timestamp=OFF']],
    ['a binary log that has whole rows', ['--log-bin=on', '--server-id=1', '--binlog-format=ROW']],
  ])(
    'is good enough with %s',
    async (_, args) => {
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
          const [session] = await pool.query<
            object[]
          >(`SELECT @@tx_isolation AS isolation, @@tx_read_only AS readOnly,
          @@time_zone AS zone, @@completion_type AS completion, @@character_set_client AS client,
          @@collation_connection AS collation, @@max_statement_time AS seconds, 'it\\'s' AS quoted,
          @@check_constraint_checks AS checks, @@sql_select_limit > 1e18 AS every`);
          expect(session).toEqual({
            isolation: 'READ-COMMITTED',
            readOnly: 0,
            zone: '+00:00',
            completion: 'NO_CHAIN',
            client: 'utf8mb4',
            collation: 'utf8mb4_unicode_ci',
            seconds: 0,
            quoted: "it's",
            checks: 1,
            every: 1,
          });
        }
      } finally {
        await groups.destroy();
        await source.destroy();
      }
    },
    60_000,
  );

  it.each([
    [
      'logs statements',
      ['--log-bin=on', '--server-id=1', '--binlog-format=STATEMENT'],
      "SET GLOBAL binlog_format = 'ROW'",
    ],
    [
      'makes tables of Aria, whatever they say',
      ['--enforce-storage-engine=Aria'],
      'enforce_storage_engine is Aria',
    ],
    ['takes short statements only', ['--max-allowed-packet=1M'], 'SET GLOBAL max_allowed_packet = 8388608'],
  ])(
    'is refused before anything is made there when it %s',
    async (_, args, text) => {
      const url = await startWith(args);
      await expect(openDatabase({ url, rows: [], migrations: ordersMigrations })).rejects.toThrow(text);
      const connection = await createConnection(url);
      const [tables] = await connection.query('SHOW TABLES');
      await connection.end();
      expect(tables).toEqual([]);
    },
    60_000,
  );
});
