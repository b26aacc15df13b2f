import { PrivateServers, type PrivateServer } from '../../support/private-servers.js';
import type { ServiceProcess } from '../../support/service-process.js';
import { Stack } from '../../support/stack.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import type { Targets } from './fault-plan.js';

/** The services, two of order-service, on servers of their own, with a line of its own from each to each. */
export class ChaosStack {
  private readonly processes = new Map<string, ServiceProcess>();
  private readonly lines = new Map<string, TcpProxy>();

  private constructor(
    readonly servers: PrivateServers,
    readonly stack: Stack,
  ) {}

  static async start(): Promise<ChaosStack> {
    const servers = await PrivateServers.start('chaos');
    const lines = new Map<string, TcpProxy>();
    const through = async (instance: string, url: string): Promise<string> => {
      const name = `${instance} to ${url.startsWith('amqp') ? 'broker' : 'database'}`;
      const line = lines.get(name) ?? (await TcpProxy.to(url));
      lines.set(name, line);
      return line.url(url);
    };
    const stack = await Stack.start({ servers, through });
    const chaos = new ChaosStack(servers, stack);
    for (const service of [...Object.values(stack.services), await stack.add('order-service')]) {
      chaos.processes.set(service.instance, service);
    }
    for (const [name, line] of lines) chaos.lines.set(name, line);
    return chaos;
  }

  get urls(): readonly string[] {
    return [...this.processes.values()].filter(({ name }) => name === 'order-service').map(({ url }) => url);
  }

  get targets(): Targets {
    return {
      service: [...this.processes.keys()],
      database: ['database'],
      broker: ['broker'],
      line: [...this.lines.keys()],
    };
  }

  service(name: string): ServiceProcess {
    return known(this.processes, name);
  }

  line(name: string): TcpProxy {
    return known(this.lines, name);
  }

  server(name: string): PrivateServer {
    return name === 'database' ? this.servers.database : this.servers.rabbitmq;
  }

  /** What the processes did that nobody had asked them to. */
  complaints(): string[] {
    return [...this.processes.values()].flatMap((service) => service.complaints());
  }

  async stop(): Promise<void> {
    for (const line of this.lines.values()) {
      line.accept();
      line.heal();
    }
    await this.stack.stop();
    await Promise.all([...this.lines.values()].map((line) => line.close()));
  }
}

function known<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (!value) throw new Error(`there is no ${name}`);
  return value;
}
