import { connect, isIP, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { createConnection, type Connection } from 'mysql2/promise';
import { Fault } from '#libs/kernel/errors.js';
import { counter } from '#libs/observability/metrics.js';
import { readDatabaseUrl, trustFiles, type DatabaseAddress, type DatabaseServer } from '#libs/servers';
import type { Engine } from './session.js';

const connectTimeoutMs = 5_000;

/** The server in use is asked this often whether it takes writes; a database with one server is not. */
const askEveryMs = 1_000;
/** A server that needs longer for that stands still. */
const patienceMs = 3_000;

/** What is asked of a server before it is used. */
interface Answer {
  readonly engine: Engine;
  readonly takesWrites: boolean;
}

const declareMoves = () =>
  counter({
    name: 'orders_db_server_moves_total',
    help: 'How often this process left a database server, because it was away or took no writes, for another of its URL.',
  });

/**
 * The servers of one database, of which one at a time is used: the first that takes writes. When it stops to, all
 * connections to it end, and new ones lead to the next that does: a process never writes to two servers at once, and never
 * asks one that is behind what became of a commit on another. Where none takes writes, nothing moves.
 */
export class DatabaseServers {
  private readonly logger = new Logger('Database');
  private readonly address: DatabaseAddress;
  private readonly sockets = new Map<Socket, DatabaseServer>();
  private current: DatabaseServer;
  private tls: object | undefined;
  private watching = false;
  private watch: { readonly server: DatabaseServer; readonly connection: Connection } | undefined;

  /** @throws Fault for a URL that cannot be used, or names a file that cannot be read. */
  constructor(url: string) {
    try {
      this.address = readDatabaseUrl(url);
      this.tls = tlsOptions(this.address.tls);
    } catch (error) {
      throw new Fault(`the database URL ${String((error as Error).message)}`, { cause: error });
    }
    this.current = this.address.servers[0];
    declareMoves().inc(0);
  }

  get database(): string {
    return this.address.database;
  }

  /** For the driver: each new connection leads to the server that is in use then. */
  get connectionOptions(): object {
    const { username: user, password, database } = this.address;
    return { ...this.current, user, password, database, ssl: this.tls, stream: this.open };
  }

  /**
   * Looks for the server to begin with: the first that takes writes, otherwise the first that answers (a replica).
   *
   * @returns what it is.
   * @throws the driver's error when none can be reached.
   */
  async find(): Promise<Engine> {
    let failure: unknown;
    let readable: (Answer & { readonly server: DatabaseServer }) | undefined;
    for (const server of this.address.servers) {
      try {
        const answer = await this.ask(server);
        if (answer.takesWrites || this.address.servers.length === 1) {
          this.current = server;
          return answer.engine;
        }
        readable ??= { ...answer, server };
      } catch (error) {
        failure ??= error;
      }
    }
    if (!readable) throw failure;
    this.current = readable.server;
    return readable.engine;
  }

  /** The driver's hook for sockets. It takes the certificate's name from the configuration, which each connection has. */
  private readonly open = ({ config }: { readonly config: object }): Socket => {
    const server = this.current;
    Object.assign(config, server);
    const socket = openSocket(server);
    this.sockets.set(socket, server);
    socket.once('close', () => this.sockets.delete(socket));
    if (this.address.servers.length > 1 && !this.watching) void this.watchCurrent();
    return socket;
  };

  /** For as long as there are connections. Never rejects. */
  private async watchCurrent(): Promise<void> {
    this.watching = true;
    while (this.sockets.size > 0) {
      if (!(await this.takesWrites(this.current))) await this.move();
      await pause(askEveryMs, undefined, { ref: false });
    }
    this.watching = false;
    this.watch?.connection.destroy();
    this.watch = undefined;
  }

  /** The one in use first, on a new connection: perhaps only the old one was lost. */
  private async move(): Promise<void> {
    const others = this.address.servers.filter((server) => server !== this.current);
    for (const server of [this.current, ...others]) {
      if (await this.takesWrites(server)) return this.use(server);
    }
  }

  private use(server: DatabaseServer): void {
    if (server === this.current) return;
    this.logger.warn(`left ${nameOf(this.current)}, which takes no writes, for ${nameOf(server)}`);
    declareMoves().inc();
    this.current = server;
    for (const [socket, its] of this.sockets) {
      if (its !== server) socket.destroy(new Error(`the database has moved to ${nameOf(server)}`));
    }
  }

  private async takesWrites(server: DatabaseServer): Promise<boolean> {
    try {
      if (this.watch?.server !== server) {
        this.watch?.connection.destroy();
        this.watch = undefined;
        this.watch = { server, connection: await this.connectTo(server, patienceMs) };
      }
      return (await answerOf(this.watch.connection)).takesWrites;
    } catch {
      this.watch?.connection.destroy();
      this.watch = undefined;
      return false;
    }
  }

  /** Where TLS is only preferred, this is also where it shows whether there is any. */
  private async ask(server: DatabaseServer): Promise<Answer> {
    let connection: Connection;
    try {
      connection = await this.connectTo(server, connectTimeoutMs);
    } catch (error) {
      if (this.address.tls.mode !== 'PREFERRED' || !this.tls || !hasNoTls(error)) throw error;
      this.tls = undefined;
      connection = await this.connectTo(server, connectTimeoutMs);
    }
    try {
      return await answerOf(connection);
    } finally {
      connection.destroy();
    }
  }

  private async connectTo(server: DatabaseServer, connectTimeout: number): Promise<Connection> {
    const options = {
      ...this.connectionOptions,
      ...server,
      connectTimeout,
      stream: () => openSocket(server),
    };
    const connection = await createConnection(options);
    // What ends it between two questions shows at the next.
    connection.on('error', () => undefined);
    return connection;
  }
}

async function answerOf(connection: Connection): Promise<Answer> {
  const sql = 'SELECT VERSION() AS version, @@GLOBAL.read_only AS readOnly';
  const [rows] = await connection.query({ sql, timeout: patienceMs });
  const [row] = rows as { version: string; readOnly: number | string }[];
  return {
    engine: row?.version.toLowerCase().includes('mariadb') ? 'mariadb' : 'mysql',
    takesWrites: ['0', 'OFF'].includes(String(row?.readOnly)),
  };
}

function openSocket({ host, port }: DatabaseServer): Socket {
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
  // The driver names no server to node:tls when it has an address, and a certificate would be compared with "localhost".
  return isIP(host) ? Object.assign(socket, { _host: host }) : socket;
}

function tlsOptions({ mode, caFile, certFile, keyFile }: DatabaseAddress['tls']): object | undefined {
  if (mode === 'DISABLED') return undefined;
  return Object.defineProperties(
    {
      rejectUnauthorized: mode === 'VERIFY_CA' || mode === 'VERIFY_IDENTITY',
      verifyIdentity: mode === 'VERIFY_IDENTITY',
      minVersion: 'TLSv1.2',
    },
    // With their getters: the driver looks at the files' contents for each connection.
    Object.getOwnPropertyDescriptors(trustFiles({ ca: caFile, cert: certFile, key: keyFile })),
  );
}

const hasNoTls = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'HANDSHAKE_NO_SSL_SUPPORT';

const nameOf = ({ host, port }: DatabaseServer): string => `${host}:${port}`;
