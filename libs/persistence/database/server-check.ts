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
}

const oldest = { mysql: [8, 0], mariadb: [10, 6] } as const;

/** Characters have up to four bytes; as much again for the last statement that still fits. */
const packetBytesLeast = 2 * 4 * maxPacketCharacters;

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
    };
  } finally {
    await groups.destroy();
  }
}

/** SHOW, because naming a variable that only one engine has is an error on the other. */
async function variablesOf(source: DataSource): Promise<Record<string, string | undefined>> {
  const rows: { Variable_name: string; Value: string }[] = await source.query(
    `SHOW VARIABLES WHERE Variable_name IN ('version', 'transaction_isolation', 'tx_isolation', 'autocommit',
       'max_allowed_packet', 'innodb_flush_log_at_trx_commit', 'wsrep_on', 'wsrep_sync_wait')`,
  );
  return Object.fromEntries(rows.map(({ Variable_name, Value }) => [Variable_name.toLowerCase(), Value]));
}

const release = ([major = NaN, minor = NaN]: readonly number[]): number => major * 1_000 + minor;

/** Why the server cannot be used; null: it can. */
export function whyNot({
  version,
  isolation,
  autocommit,
  maxAllowedPacketBytes,
}: ServerFacts): string | null {
  const engine = /mariadb/i.test(version) ? 'mariadb' : 'mysql';
  // NaN where there is none: that is not new enough, either.
  if (!(release(version.split('.').map((part) => Number.parseInt(part, 10))) >= release(oldest[engine]))) {
    return `${version} has no SKIP LOCKED; MySQL ${oldest.mysql.join('.')} and MariaDB ${oldest.mariadb.join('.')} do`;
  }
  // A proxy that shares sessions between its clients, or keeps SET to itself.
  if (isolation !== 'READ-COMMITTED' || autocommit.groups !== 'OFF' || autocommit.statements !== 'ON') {
    return (
      'sessions are not as they were set up (something on the way keeps SET to itself): ' +
      `isolation ${isolation}, autocommit ${autocommit.statements} and, of groups, ${autocommit.groups}`
    );
  }
  if (maxAllowedPacketBytes < packetBytesLeast) {
    return `max_allowed_packet is ${maxAllowedPacketBytes}, and a group may need ${packetBytesLeast}`;
  }
  return null;
}

/** In one line, for the log. */
export const describeServer = (facts: ServerFacts): string =>
  `${/mariadb/i.test(facts.version) ? 'MariaDB' : 'MySQL'} ${facts.version}, wsrep_on ${facts.wsrepOn}, ` +
  `wsrep_sync_wait ${facts.wsrepSyncWait}, ${facts.isolation}, autocommit ${facts.autocommit.statements}, ` +
  `of groups ${facts.autocommit.groups}, innodb_flush_log_at_trx_commit ${facts.flushLogAtCommit}, ` +
  `max_allowed_packet ${facts.maxAllowedPacketBytes}`;
