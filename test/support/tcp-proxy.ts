import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { clear, TcpLine, type Inspection, type LineConditions } from './tcp-line.js';

interface Severing {
  readonly text: string;
  /** Before the server gets it, or after it has answered and before the client hears of it. */
  readonly when: 'before' | 'after';
  /** False: the server's end stays open, as after a cut cable. */
  readonly serverNotices: boolean;
}

/** The network between a service and a server, which a test can cut, keep cut, slow down, or have stall. */
export class TcpProxy {
  private readonly lines = new Set<TcpLine>();
  /** The server's ends of severed lines, which it still believes in. */
  private readonly orphans = new Set<Socket>();
  private conditions = clear;
  private refusing = false;
  private plan: Severing | undefined;
  private onSevered: () => void = () => undefined;
  /** Lines that end with what the server says next. */
  private readonly answering = new WeakSet<TcpLine>();

  private constructor(
    private readonly server: Server,
    private readonly target: { readonly host: string; readonly port: number },
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /** @param url of the server at the other end. */
  static async to(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url);
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, { host: hostname, port: Number(port) });
  }

  /** The same URL, by way of this proxy. */
  url(url: string): string {
    const { port } = this.server.address() as AddressInfo;
    return Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href;
  }

  /** Breaks every connection that there is; new ones come through. @returns how many there were. */
  cut(): number {
    const cut = this.lines.size;
    for (const line of this.lines) line.destroy();
    return cut;
  }

  /** Breaks every connection, and each new one at once. */
  refuse(): void {
    this.refusing = true;
    this.cut();
  }

  accept(): void {
    this.refusing = false;
  }

  /** From now on lines are like this, those that are there and new ones. */
  make(conditions: Partial<LineConditions>): void {
    this.conditions = { ...clear, ...conditions };
    for (const line of this.lines) line.wake();
  }

  /** No delay, no stalling: what was held back arrives. */
  heal(): void {
    this.make(clear);
  }

  /** Breaks the next connection on which a client sends `text`. @returns resolves when that has happened. */
  severAt(
    text: string,
    when: Severing['when'],
    { serverNotices = true }: Partial<Severing> = {},
  ): Promise<void> {
    this.plan = { text, when, serverNotices };
    return new Promise((resolve) => (this.onSevered = resolve));
  }

  endServerSides(): void {
    for (const socket of this.orphans) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.endServerSides();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    if (this.refusing) {
      client.on('error', () => undefined);
      client.destroy();
      return;
    }
    const server = connect({ ...this.target, allowHalfOpen: true });
    const line = new TcpLine(client, server, () => this.conditions, this.inspect);
    this.lines.add(line);
    client.on('close', () => {
      this.lines.delete(line);
      if (!this.orphans.has(server)) server.destroy();
    });
    server.on('close', () => {
      this.orphans.delete(server);
      client.destroy();
    });
  }

  private readonly inspect: Inspection = (line, direction, bytes) => {
    if (direction === 'to-client') {
      if (!this.answering.has(line)) return true;
      this.sever(line, true);
      return false;
    }
    const { plan } = this;
    if (!plan || !bytes.includes(plan.text)) return true;
    this.plan = undefined;
    if (plan.when === 'after') {
      this.answering.add(line);
      return true;
    }
    this.sever(line, plan.serverNotices);
    return false;
  };

  private sever(line: TcpLine, serverNotices: boolean): void {
    if (serverNotices) line.server.destroy();
    else this.orphans.add(line.server);
    line.client.destroy();
    this.onSevered();
  }
}
