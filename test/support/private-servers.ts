import { rm } from 'node:fs/promises';
import path from 'node:path';
import { findMariadb, startMariadb } from '../../scripts/provision/mariadb.mjs';
import { findRabbitmq, startRabbitmq } from '../../scripts/provision/rabbitmq.mjs';
import { endServersIn } from '../../scripts/provision/end-servers.mjs';
import { instanceFile } from '../../scripts/provision/instance-file.mjs';
import { isRunning, type ProcessIdentity } from '../../scripts/lib/process-identity.mjs';
import { eventually } from './eventually.js';
import { createTestDatabases, type TestDatabases } from './database.js';
import type { StackServers } from './stack.js';

interface Started {
  readonly url: string;
  readonly serviceUrls?: StackServers['broker']['serviceUrls'];
  stop(): Promise<void>;
}

/** One server that a test may end and start again: same data, same address. */
export class PrivateServer {
  private constructor(
    private readonly directory: string,
    private readonly boot: () => Promise<Started>,
    private started: Started,
  ) {}

  static async start(
    directory: string,
    boot: (directory: string) => Promise<Started>,
  ): Promise<PrivateServer> {
    const bootHere = (): Promise<Started> => boot(directory);
    return new PrivateServer(directory, bootHere, await bootHere());
  }

  get url(): string {
    return this.started.url;
  }

  /** Of a broker: with a user for each service. */
  get serviceUrls(): StackServers['broker']['serviceUrls'] {
    return this.started.serviceUrls;
  }

  /** SIGTERM; resolves when the process has gone. */
  stop(): Promise<void> {
    return this.started.stop();
  }

  /** SIGKILL, as a crash or an out-of-memory killer would; resolves when the process has gone. */
  async kill(): Promise<void> {
    const process_ = this.signal('SIGKILL');
    await eventually(() => {
      if (isRunning(process_)) throw new Error(`process ${process_.pid} is still there`);
    });
  }

  /** It stands still, as on a host that swaps; its connections stay open. */
  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  /** @throws when it could not have its port back: its clients would look for it in vain. */
  async startAgain(): Promise<void> {
    const again = await this.boot();
    if (again.url !== this.url)
      throw new Error(`the server of ${this.directory} came back at another address`);
    this.started = again;
  }

  private signal(name: NodeJS.Signals): ProcessIdentity {
    const process_ = instanceFile(this.directory).read()?.['process'] as ProcessIdentity | undefined;
    if (!process_ || !isRunning(process_)) throw new Error(`nothing runs in ${this.directory}`);
    process.kill(process_.pid, name);
    return process_;
  }
}

/** A database server and a broker that one test has for itself. */
export class PrivateServers implements StackServers {
  private constructor(
    readonly directory: string,
    readonly database: PrivateServer,
    readonly rabbitmq: PrivateServer,
    readonly databases: TestDatabases,
  ) {}

  /**
   * @param name of the test file: what an earlier run of it has left is ended and removed.
   * @param args further ones, for the database server
   */
  static async start(name: string, args: readonly string[] = []): Promise<PrivateServers> {
    const directory = path.resolve('.data/test/faults', name);
    await endServersIn(directory);
    await rm(directory, { recursive: true, force: true });
    const [mariadb, broker] = [findMariadb(), findRabbitmq()];
    if (!mariadb || !broker) {
      throw new Error('fault tests need binaries of a database server and a broker: npm test installs them');
    }
    const [database, rabbitmq] = await Promise.all([
      PrivateServer.start(path.join(directory, 'mariadb'), (place) => startMariadb(place, mariadb, { args })),
      PrivateServer.start(path.join(directory, 'rabbitmq'), (place) => startRabbitmq(place, broker)),
    ]);
    const databases = await createTestDatabases(
      ['orders', 'orders_read', 'inventory', 'payments'],
      database.url,
    );
    return new PrivateServers(directory, database, rabbitmq, databases);
  }

  /** The whole broker is this test's, so its default virtual host is too. Services have no more rights there than they need. */
  get broker(): StackServers['broker'] {
    const { url, serviceUrls } = this.rabbitmq;
    return { url, serviceUrls, drop: async () => undefined };
  }

  async end(): Promise<void> {
    await endServersIn(this.directory);
    await rm(this.directory, { recursive: true, force: true });
  }
}
