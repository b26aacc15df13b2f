import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createTestDatabases, type TestDatabases } from './database.js';
import { createVirtualHost, type VirtualHost } from './broker.js';
import { ServiceProcess, type ServiceName } from './service-process.js';
import { signToken } from '../../tools/tokens/sign-token.js';

const names: readonly ServiceName[] = ['inventory-service', 'payment-service', 'order-service'];

/** Where a stack keeps its state. */
export interface StackServers {
  readonly databases: TestDatabases;
  readonly broker: Pick<VirtualHost, 'url' | 'drop'> & {
    /** Where each service has a user of its own. */
    readonly serviceUrls?: Readonly<Record<ServiceName, string>> | undefined;
  };
}

export interface StackOptions {
  /** Further settings for every service. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Servers that the test has for itself. Default: databases and a virtual host of its own on the shared ones. */
  readonly servers?: StackServers;
  /** Those that are started; default all. */
  readonly starting?: readonly ServiceName[];
  /** Leads an instance to a server by way of something else. Called for each URL. */
  readonly through?: (instance: string, url: string) => Promise<string>;
}

/**
 * The three services as built, on databases and a virtual host of their own: what a test does to them concerns nobody
 * else. Messages are delivered twice unless a test says otherwise.
 */
export class Stack {
  private readonly processes: ServiceProcess[] = [];
  readonly databases: TestDatabases;
  readonly broker: StackServers['broker'];

  private constructor(
    servers: StackServers,
    private readonly environments: Readonly<Record<ServiceName, Record<string, string>>>,
    readonly services: Readonly<Record<ServiceName, ServiceProcess>>,
    private readonly secret: string,
    private readonly through: NonNullable<StackOptions['through']>,
  ) {
    this.databases = servers.databases;
    this.broker = servers.broker;
    this.processes.push(...Object.values(services));
  }

  static async start(options: StackOptions = {}): Promise<Stack> {
    const servers = options.servers ?? {
      databases: await createTestDatabases(['orders', 'orders_read', 'inventory', 'payments']),
      broker: await createVirtualHost(),
    };
    const { through = (_, url) => Promise.resolve(url) } = options;
    const secret = randomBytes(32).toString('hex');
    const environments = environmentsOf(servers, { JWT_SECRET: secret, ...options.environment });
    const prepared = await Promise.all(
      names.map(async (name) =>
        ServiceProcess.prepare(name, await routed(environments[name], name, through), logs),
      ),
    );
    const services = Object.fromEntries(
      prepared.map((service) => [service.name, service]),
    ) as Stack['services'];
    const stack = new Stack(servers, environments, services, secret, through);
    const { starting = names } = options;
    try {
      await Promise.all(
        prepared.filter(({ name }) => starting.includes(name)).map((service) => service.start()),
      );
    } catch (error) {
      // Nobody else has it, to stop it.
      await stack.stop();
      throw error;
    }
    return stack;
  }

  get orderUrl(): string {
    return this.services['order-service'].url;
  }

  /** Starts one more instance of a service, on the databases of the first. */
  async add(name: ServiceName, environment: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    const instance = `${name} ${this.processes.filter((other) => other.name === name).length + 1}`;
    const own = await routed({ ...this.environments[name], ...environment }, instance, this.through);
    const service = await ServiceProcess.prepare(name, own, logs, instance);
    this.processes.push(service);
    await service.start();
    return service;
  }

  token(subject: string, roles: readonly string[] = ['customer']): string {
    return signToken({ subject, roles, secret: this.secret });
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((service) => service.end('SIGTERM')));
    await this.databases.drop();
    await this.broker.drop();
  }
}

const logs = path.resolve('.data/test/logs');

/** The environment with every server's URL leading where `through` says. */
async function routed(
  environment: Readonly<Record<string, string>>,
  instance: string,
  through: NonNullable<StackOptions['through']>,
): Promise<Record<string, string>> {
  const routes: Record<string, string> = { ...environment };
  for (const name of Object.keys(environment).filter((setting) => /(DATABASE|RABBITMQ)_URL$/.test(setting))) {
    const url = environment[name];
    if (url !== undefined) routes[name] = await through(instance, url);
  }
  return routes;
}

function environmentsOf(
  { databases, broker }: StackServers,
  more: Readonly<Record<string, string>>,
): Record<ServiceName, Record<string, string>> {
  const common = (service: ServiceName) => ({
    RABBITMQ_URL: broker.serviceUrls?.[service] ?? broker.url,
    SEED_DEMO: 'true',
    DELIVER_TWICE: 'true',
    LOG_LEVEL: 'info',
    ...more,
  });
  return {
    'order-service': {
      ...common('order-service'),
      ...databases.settings('orders'),
      ...databases.settings('orders_read', 'READ_DATABASE_URL'),
    },
    'inventory-service': { ...common('inventory-service'), ...databases.settings('inventory') },
    'payment-service': { ...common('payment-service'), ...databases.settings('payments') },
  };
}
