import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { findClusterParts } from '../../scripts/provision/cluster-parts.mjs';
import { startMariadb } from '../../scripts/provision/mariadb.mjs';
import { onServer } from '../support/database.js';
import { PrivateServer } from '../support/private-servers.js';
import { clusterFolder } from './cluster-folder.js';

const reader = 'reader';

/** Two database servers, of which one repeats what the other has committed, later. */
export class ReplicatedPair {
  private constructor(
    readonly primary: PrivateServer,
    readonly replica: PrivateServer,
    private readonly password: string,
  ) {}

  static async start(): Promise<ReplicatedPair> {
    const password = randomBytes(18).toString('base64url');
    const start = (name: string, ...args: string[]): Promise<PrivateServer> =>
      PrivateServer.start(path.join(clusterFolder(name), 'mariadb'), (directory) =>
        startMariadb(directory, findClusterParts()['mariadb'], { password, args }),
      );
    const [primary, replica] = await Promise.all([
      start('primary', '--server-id=1', '--log-bin=binlog', '--binlog-format=ROW'),
      start('replica', '--server-id=2', '--read-only=ON'),
    ]);
    const pair = new ReplicatedPair(primary, replica, password);
    const { hostname, port, username } = new URL(primary.url);
    await pair.onReplica(
      `CHANGE MASTER TO MASTER_HOST='${hostname}', MASTER_PORT=${port}, MASTER_USER='${username}',
       MASTER_PASSWORD='${password}', MASTER_USE_GTID=slave_pos`,
    );
    await pair.onReplica('START SLAVE');
    await onServer(async (server) => {
      await server.query(`CREATE USER ${reader}@'127.0.0.1' IDENTIFIED BY '${password}'`);
      // The rest of what a service needs it needs on the primary.
      await server.query(`GRANT SELECT ON *.* TO ${reader}@'127.0.0.1'`);
    }, primary.url);
    await pair.untilCaughtUp();
    return pair;
  }

  /** The URL of a database as the replica has it, for a user who may only read. */
  onlyRead(url: string): string {
    const { host } = new URL(this.replica.url);
    return Object.assign(new URL(url), { host, username: reader, password: this.password }).href;
  }

  /** The replica receives what the primary commits, and shows nothing of it until {@link goOn}. */
  standStill(): Promise<void> {
    return this.onReplica('STOP SLAVE SQL_THREAD');
  }

  goOn(): Promise<void> {
    return this.onReplica('START SLAVE SQL_THREAD');
  }

  /** From now on the replica shows everything so much later. */
  async lag(seconds: number): Promise<void> {
    await this.onReplica('STOP SLAVE');
    await this.onReplica(`CHANGE MASTER TO MASTER_DELAY=${seconds}`);
    await this.onReplica('START SLAVE');
  }

  async untilCaughtUp(): Promise<void> {
    const position = await positionOf(this.primary.url);
    await this.onReplica(`SELECT MASTER_GTID_WAIT('${position}', 60)`);
  }

  private onReplica(sql: string): Promise<void> {
    return onServer(async (server) => void (await server.query(sql)), this.replica.url);
  }
}

const positionOf = (primaryUrl: string): Promise<string> =>
  onServer(async (server) => {
    const [[row]] = await server.query<RowDataPacket[]>('SELECT @@GLOBAL.gtid_binlog_pos AS position');
    return String(row!['position']);
  }, primaryUrl);
