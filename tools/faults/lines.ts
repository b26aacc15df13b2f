import { TcpProxy } from './tcp-proxy.js';

/** A line of its own from each instance of a service to each of its servers, named "order-service 2 to broker". */
export class Lines {
  private readonly lines = new Map<string, TcpProxy>();

  /** For what starts services. The databases of one instance share a line. */
  readonly through = async (instance: string, url: string): Promise<string> => {
    const name = `${instance} to ${url.startsWith('amqp') ? 'broker' : 'database'}`;
    const line = this.lines.get(name) ?? (await TcpProxy.to(url));
    this.lines.set(name, line);
    return line.url(url);
  };

  names(end = ''): readonly string[] {
    return [...this.lines.keys()].filter((name) => name.endsWith(end));
  }

  /** @throws when there is none of that name. */
  line(name: string): TcpProxy {
    const line = this.lines.get(name);
    if (!line) throw new Error(`there is no line ${name}`);
    return line;
  }

  /** Ends all faults; lost connections stay lost. */
  heal(): void {
    for (const line of this.lines.values()) {
      line.accept();
      line.heal();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.lines.values()].map((line) => line.close()));
  }
}
