import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { checkEventually } from '../../tools/invariants/check.js';
import type { Caller, Counts, SystemUnderTest } from './system-under-test.js';
import { MetricsPage } from './metrics-page.js';
import { freePort, NodeProcess } from './node-process.js';
import { putOnSale } from './products.js';
import { makePlaces, type Places, type Servers } from './servers.js';

type ServiceName = 'order-service' | 'inventory-service' | 'payment-service';

/** One process of a service. */
export interface Instance {
  readonly service: ServiceName;
  /** Tells instances of one service apart. Default: the service's name. */
  readonly name?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ServicesOptions {
  /** Default: one process of each service. */
  readonly instances?: readonly Instance[];
  /** Further settings for all of them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Leads order-service to its databases by way of something else. */
  readonly databasesThrough?: (url: string) => string;
  /** False where the tables hold what no service has put there. Default: true. */
  readonly checked?: boolean;
}

export interface OutputFolders {
  readonly logs: string;
  readonly profiles?: string;
}

const maxStartMs = 90_000;
const maxIdleWaitMs = 900_000;
const pollMs = 100;

const oneOfEach: readonly Instance[] = [
  { service: 'inventory-service' },
  { service: 'payment-service' },
  { service: 'order-service' },
];

/** The built services as separate processes, with the settings of production, on places of their own. */
export class ServicesUnderTest implements SystemUnderTest {
  readonly name = 'service';
  readonly caller: Caller;
  private readonly running = new Map<string, { url: string; metricsUrl: string; process: NodeProcess }>();

  private readonly retired: { readonly name: string; readonly page: MetricsPage }[] = [];

  private constructor(
    readonly places: Places,
    private readonly secret: string,
    private readonly options: ServicesOptions,
    private readonly folders: OutputFolders,
  ) {
    this.caller = { by: 'token', secret };
  }

  static async open(
    servers: Servers,
    options: ServicesOptions,
    folders: OutputFolders,
  ): Promise<ServicesUnderTest> {
    const places = await makePlaces(servers);
    const services = new ServicesUnderTest(places, randomBytes(32).toString('hex'), options, folders);
    try {
      // The processes of one service bring its database up to date one after the other.
      await Promise.all((options.instances ?? oneOfEach).map((instance) => services.start(instance)));
      await putOnSale({
        orderUrl: services.orderUrl,
        inventoryUrl: services.urlOf('inventory-service'),
        jwtSecret: services.secret,
      });
    } catch (error) {
      await services.end();
      throw error;
    }
    return services;
  }

  get orderUrl(): string {
    return this.urlOf('order-service');
  }

  get processes(): SystemUnderTest['processes'] {
    return [...this.running].map(([name, { process }]) => ({ name, pid: process.pid }));
  }

  /** Starts a process and waits until it is ready. */
  async start({ service, name = service, environment }: Instance): Promise<void> {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const process = NodeProcess.start({
      name,
      file: `apps/${service}/src/main.js`,
      environment: {
        ...this.settingsOf(service),
        ...environment,
        PORT: String(port),
        METRICS_PORT: String(metricsPort),
      },
      logFolder: this.folders.logs,
      ...(this.folders.profiles && { profileFolder: this.folders.profiles }),
    });
    this.running.set(name, { url, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`, process });
    const deadline = performance.now() + maxStartMs;
    for (;;) {
      process.assertRunning();
      const response = await fetch(`${url}/health/ready`).catch(() => null);
      if (response?.ok) return;
      if (performance.now() > deadline) throw new Error(`${name} is not ready, see ${process.logFile}`);
      await pause(pollMs);
    }
  }

  /** Ends one process, as a deployment would. What it has counted until now stays counted. */
  async stop(name: string): Promise<void> {
    const found = this.running.get(name);
    if (!found) return;
    this.retired.push({ name, page: await MetricsPage.of(found.metricsUrl) });
    await this.endProcess(name);
  }

  async counts(): Promise<Counts> {
    const pages = await Promise.all(
      [...this.running].map(async ([name, { metricsUrl, process }]) => {
        process.assertRunning();
        return { name, page: await MetricsPage.of(metricsUrl) };
      }),
    );
    const all = [...pages, ...this.retired];
    const sum = (metric: string): number => all.reduce((total, { page }) => total + page.sum(metric), 0);
    return {
      atMs: Date.now(),
      accepted: sum('orders_placed_total'),
      begunSagas: sum('orders_saga_started_total'),
      endedSagas: sum('orders_saga_finished_total'),
      messagesPublished: sum('orders_outbox_published_total'),
      messagesHandled: sum('orders_messages_processed_total'),
      groups: Object.fromEntries(pages.flatMap(({ name, page }) => groupsOf(name, page))),
      eventLoopDelayMs: Object.fromEntries(
        pages.map(({ name, page }) => [name, page.sum('nodejs_eventloop_lag_p99_seconds') * 1000]),
      ),
    };
  }

  /** Waits until every saga has ended. @throws when that takes longer than any backlog of ours can. */
  async untilIdle(): Promise<Counts> {
    const deadline = performance.now() + maxIdleWaitMs;
    for (;;) {
      const counts = await this.counts();
      if (counts.endedSagas >= counts.begunSagas) return counts;
      if (performance.now() > deadline)
        throw new Error(`sagas are running ${maxIdleWaitMs} ms after the last order`);
      await pause(pollMs);
    }
  }

  /** @returns what does not add up: a fast wrong run is no result. */
  async violations(): Promise<string[]> {
    if (this.options.checked === false) return [];
    const { databases, brokerUrl } = this.places;
    return checkEventually({ databases, brokerUrl });
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.running.keys()].map((name) => this.endProcess(name)));
  }

  async end(): Promise<void> {
    await this.stopAll();
    await this.places.drop();
  }

  private async endProcess(name: string): Promise<void> {
    await this.running.get(name)?.process.end();
    this.running.delete(name);
  }

  private urlOf(service: ServiceName): string {
    const found = [...this.running].find(([name]) => name.startsWith(service));
    if (!found) throw new Error(`no ${service} is running`);
    return found[1].url;
  }

  private settingsOf(service: ServiceName): Record<string, string> {
    const { databases, brokerUrl } = this.places;
    const { databasesThrough: through = (url) => url } = this.options;
    const own = {
      'order-service': {
        DATABASE_URL: through(databases.orders),
        READ_DATABASE_URL: through(databases.ordersRead),
      },
      'inventory-service': { DATABASE_URL: databases.inventory },
      'payment-service': { DATABASE_URL: databases.payments, ALLOW_SANDBOX_PROVIDER: 'true' },
    };
    return {
      NODE_ENV: 'production',
      ALLOW_UNVERIFIED_CONNECTIONS: 'true',
      LOG_LEVEL: 'info',
      RABBITMQ_URL: brokerUrl,
      JWT_SECRET: this.secret,
      ...own[service],
      ...this.options.environment,
    };
  }
}

function groupsOf(process: string, page: MetricsPage) {
  const units = page.by('orders_unit_of_work_group_size_sum', 'database');
  const groups = page.by('orders_unit_of_work_group_size_count', 'database');
  return [...groups].map(
    ([database, count]) =>
      [`${process}/${database}`, { units: units.get(database) ?? 0, groups: count }] as const,
  );
}
