import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createTestDatabases, type TestDatabases } from './database.js';
import { createVirtualHost, type VirtualHost } from './broker.js';
import { ServiceProcess, type ServiceName } from './service-process.js';
import { signToken } from './token.js';

const names: readonly ServiceName[] = ['inventory-service', 'payment-service', 'order-service'];

export interface StackOptions {
  /** Further settings for every service. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * The three services as built, on databases and a virtual host of their own: what a test does to them concerns nobody
 * else. Messages are delivered twice unless a test says otherwise.
 */
export class Stack {
  private constructor(
    readonly databases: TestDatabases,
    readonly broker: VirtualHost,
    readonly services: Readonly<Record<ServiceName, ServiceProcess>>,
    private readonly secret: string,
  ) {}

  static async start(options: StackOptions = {}): Promise<Stack> {
    const databases = await createTestDatabases(['orders', 'orders_read', 'inventory', 'payments']);
    const broker = await createVirtualHost();
    const secret = randomBytes(32).toString('hex');
    const common = {
      RABBITMQ_URL: broker.url,
      JWT_SECRET: secret,
      SEED_DEMO: 'true',
      DELIVER_TWICE: 'true',
      LOG_LEVEL: 'info',
      ...options.environment,
    };
    const own: Record<ServiceName, Record<string, string>> = {
      'order-service': {
        DATABASE_URL: databases.url('orders'),
        READ_DATABASE_URL: databases.url('orders_read'),
      },
      'inventory-service': { DATABASE_URL: databases.url('inventory') },
      'payment-service': { DATABASE_URL: databases.url('payments') },
    };
    const logs = path.resolve('.data/test/logs');
    const prepared = await Promise.all(
      names.map((name) => ServiceProcess.prepare(name, { ...common, ...own[name] }, logs)),
    );
    const services = Object.fromEntries(
      prepared.map((service) => [service.name, service]),
    ) as Stack['services'];
    const stack = new Stack(databases, broker, services, secret);
    await Promise.all(prepared.map((service) => service.start()));
    return stack;
  }

  get orderUrl(): string {
    return this.services['order-service'].url;
  }

  token(subject: string, roles: readonly string[] = ['customer']): string {
    return signToken({ subject, roles, secret: this.secret });
  }

  async stop(): Promise<void> {
    await Promise.all(names.map((name) => this.services[name].end('SIGTERM')));
    await this.databases.drop();
    await this.broker.drop();
  }
}
