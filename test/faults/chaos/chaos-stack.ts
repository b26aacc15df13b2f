import type { TcpProxy } from '../../../tools/faults/tcp-proxy.js';
import { Lines } from '../../../tools/faults/lines.js';
import { PrivateServers, type PrivateServer } from '../../support/private-servers.js';
import type { ServiceName, ServiceProcess } from '../../support/service-process.js';
import { Stack } from '../../support/stack.js';
import { rowNames } from '../rows.js';
import { nameTogether, sagaTimeScale, type Targets } from './fault-plan.js';

/** Fewer than in production: it does not take a thousand connections to hold them all. */
export const placesPerInstance = 100;

/** Two of each service, on servers of their own, with a separate line from each to each. */
export class ChaosStack {
  private readonly processes = new Map<string, ServiceProcess>();

  private constructor(
    readonly servers: PrivateServers,
    readonly stack: Stack,
    private readonly lines: Lines,
  ) {}

  /** @param name of the test file, which tells its servers apart. */
  static async start(name: string): Promise<ChaosStack> {
    const servers = await PrivateServers.start(name);
    const lines = new Lines();
    const environment = {
      ORDERS_AT_ONCE_MAX: String(placesPerInstance),
      SAGA_TIME_SCALE: String(sagaTimeScale),
    };
    const stack = await Stack.start({ servers, through: lines.through, environment });
    const chaos = new ChaosStack(servers, stack, lines);
    const first = Object.values(stack.services);
    const second: ServiceProcess[] = [];
    for (const { name } of first) second.push(await stack.add(name));
    for (const service of [...first, ...second]) chaos.processes.set(service.instance, service);
    return chaos;
  }

  get urls(): readonly string[] {
    return this.instancesOf('order-service').map(({ url }) => url);
  }

  get targets(): Targets {
    const allOf = (name: ServiceName): string =>
      nameTogether(this.instancesOf(name).map(({ instance }) => instance));
    return {
      service: [...this.processes.keys()],
      participant: [allOf('inventory-service'), allOf('payment-service')],
      database: ['database'],
      broker: ['broker'],
      line: this.lines.names(),
      'database line': this.lines.names('to database'),
      'broker line': this.lines.names('to broker'),
      row: rowNames,
      caller: ['greedy caller', 'greedier caller'],
    };
  }

  service(name: string): ServiceProcess {
    const service = this.processes.get(name);
    if (!service) throw new Error(`there is no ${name}`);
    return service;
  }

  line(name: string): TcpProxy {
    return this.lines.line(name);
  }

  server(name: string): PrivateServer {
    return name === 'database' ? this.servers.database : this.servers.rabbitmq;
  }

  /** What the processes did that nobody had asked them to. */
  complaints(): string[] {
    return [...this.processes.values()].flatMap((service) => service.complaints());
  }

  async stop(): Promise<void> {
    this.lines.heal();
    await this.stack.stop();
    await this.lines.close();
  }

  private instancesOf(name: ServiceName): readonly ServiceProcess[] {
    return [...this.processes.values()].filter((service) => service.name === name);
  }
}
