import type { DataSource } from 'typeorm';
import { Fault } from '#libs/kernel/errors.js';
import { openPoolBeside } from './data-source.js';
import { maxPacketCharacters } from './session.js';

/** What a server says of itself and of two of our sessions, one for statements and one for groups. */
export interface ServerFacts {
  readonly version: string;
  readonly isolation: string;
  readonly autocommit: { readonly statements: string; readonly groups: string };
  readonly maxAllowedPacketBytes: number;
  /** How commits reach the disk: 1 keeps what was answered even when the machine loses power. */
  readonly flushLogAtCommit: string;
  /** Whether it is a node of a Galera cluster, and how much it waits for the others before it reads. */
  readonly wsrepOn: string;
  readonly wsrepSyncWait: string;
  /** OFF where there is no binary log. */
  readonly binlogFormat: string;
  readonly pageSizeBytes: number;
  /** The engine that every table gets, whatever it says; empty: the one that it says. */
  readonly enforcedEngine: string;
}

const oldest = { mysql: [8, 0], mariadb: [10, 6] } as const;

/** Characters have up to four bytes; as much again for the last statement that still fits. */
const packetBytesLeast = 2 * 4 * maxPacketCharacters;

/** With smaller pages a key may not be as long as ours are: 255 characters and an id. */
const pageBytesLeast = 8_192;

/** @throws Fault that says why the server cannot be used. Checked before anything is changed there. */
export async function checkServer(source: DataSource): Promise<ServerFacts> {
  const facts = await serverFacts(source);
  const refusal = whyNot(facts);
  if (refusal) throw new Fault(`this database server cannot be used: ${refusal}`);
  return facts;
}

async function serverFacts(source: DataSource): Promise<ServerFacts> {
  const groups = await openPoolBeside(source, 1, 'groups');
  try {
    const [own, groupsOwn] = await Promise.all([variablesOf(source), variablesOf(groups)]);
    const { transaction_isolation, tx_isolation } = groupsOwn;
    return {
      version: own['version'] ?? '',
      isolation: transaction_isolation ?? tx_isolation ?? '',
      autocommit: { statements: own['autocommit'] ?? '', groups: groupsOwn['autocommit'] ?? '' },
      maxAllowedPacketBytes: Number(own['max_allowed_packet']),
      flushLogAtCommit: own['innodb_flush_log_at_trx_commit'] ?? '',
      wsrepOn: own['wsrep_on'] ?? 'OFF',
      wsrepSyncWait: own['wsrep_sync_wait'] ?? '0',
      binlogFormat: own['log_bin'] === 'ON' ? (own['binlog_format'] ?? 'ROW') : 'OFF',
      pageSizeBytes: Number(own['innodb_page_size']),
      enforcedEngine: own['enforce_storage_engine'] ?? '',
    };
  } finally {
    await groups.destroy();
  }
}

/** SHOW, because naming a variable that only one engine has is an error on the other. */
async function variablesOf(source: DataSource): Promise<Record<string, string | undefined>> {
  const rows: { Variable_name: string; Value: string }[] = await source.query(
    `SHOW VARIABLES WHERE Variable_name IN ('version', 'transaction_isolation', 'tx_isolation', 'autocommit',
       'max_allowed_packet', 'innodb_flush_log_at_trx_commit', 'wsrep_on', 'wsrep_sync_wait',
       'log_bin', 'binlog_format', 'innodb_page_size', 'enforce_storage_engine')`,
  );
  return Object.fromEntries(rows.map(({ Variable_name, Value }) => [Variable_name.toLowerCase(), Value]));
}

const release = ([major = NaN, minor = NaN]: readonly number[]): number => major * 1_000 + minor;

/** All that is wrong with the server, and how to set it right; null: it can be used. */
export function whyNot(facts: ServerFacts): string | null {
  const reasons = [...reasonsAgainst(facts)];
  return reasons.length > 0 ? reasons.join('; ') : null;
}

function* reasonsAgainst(facts: ServerFacts): Generator<string> {
  const { version, isolation, autocommit } = facts;
  const engine = /mariadb/i.test(version) ? 'mariadb' : 'mysql';
  // NaN where there is none: that is not new enough, either.
  if (!(release(version.split('.').map((part) => Number.parseInt(part, 10))) >= release(oldest[engine]))) {
    yield `${version} has no SKIP LOCKED; MySQL ${oldest.mysql.join('.')} and MariaDB ${oldest.mariadb.join('.')} do`;
  }
  // A proxy that shares sessions between its clients, or keeps SET to itself.
  if (isolation !== 'READ-COMMITTED' || autocommit.groups !== 'OFF' || autocommit.statements !== 'ON') {
    yield (
      'sessions are not as they were set up (something on the way keeps SET to itself): ' +
      `isolation ${isolation}, autocommit ${autocommit.statements} and, of groups, ${autocommit.groups}`
    );
  }
  if (facts.maxAllowedPacketBytes < packetBytesLeast) {
    yield (
      `max_allowed_packet is ${facts.maxAllowedPacketBytes}, and a group may need ${packetBytesLeast}: ` +
      toBeSet('max_allowed_packet', String(packetBytesLeast))
    );
  }
  if (facts.binlogFormat === 'STATEMENT') {
    yield (
      'binlog_format is STATEMENT, in which InnoDB logs nothing under READ COMMITTED (error 1665): ' +
      toBeSet('binlog_format', 'ROW')
    );
  }
  if (facts.pageSizeBytes < pageBytesLeast) {
    yield (
      `innodb_page_size is ${facts.pageSizeBytes}, and keys need ${pageBytesLeast}: it is fixed when the data ` +
      'directory is made; make a new one with --innodb-page-size=16k'
    );
  }
  if (facts.enforcedEngine && !/^innodb$/i.test(facts.enforcedEngine)) {
    yield (
      `enforce_storage_engine is ${facts.enforcedEngine}, and tables have to be InnoDB's: ` +
      toBeSet('enforce_storage_engine', 'InnoDB')
    );
  }
}

const toBeSet = (name: string, value: string): string =>
  `SET GLOBAL ${name} = ${/^\d+$/.test(value) ? value : `'${value}'`}, and ${name} = ${value} in the server's option file`;

/** In one line, for the log. */
export const describeServer = (facts: ServerFacts): string =>
  `${/mariadb/i.test(facts.version) ? 'MariaDB' : 'MySQL'} ${facts.version}, wsrep_on ${facts.wsrepOn}, ` +
  `wsrep_sync_wait ${facts.wsrepSyncWait}, ${facts.isolation}, autocommit ${facts.autocommit.statements}, ` +
  `of groups ${facts.autocommit.groups}, innodb_flush_log_at_trx_commit ${facts.flushLogAtCommit}, ` +
  `max_allowed_packet ${facts.maxAllowedPacketBytes}`;
