import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Cut {
  readonly when: 'before' | 'after';
  readonly serverNotices: boolean;
}

/**
 * Stands between a client and the database, and cuts the connection at the next COMMIT: before it reaches the server, or
 * after the server has answered but before the client hears of it.
 */
export class SeveringProxy {
  readonly #links = new Set<{ client: Socket; server: Socket }>();
  #plan: Cut | undefined;
  #onSevered: () => void = () => undefined;
  /** Resolves when the connection has been cut. */
  severed: Promise<void> = Promise.resolve();

  private constructor(
    private readonly listener: Server,
    private readonly target: URL,
  ) {
    listener.on('connection', (client) => this.link(client));
  }

  static async to(databaseUrl: string): Promise<SeveringProxy> {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new SeveringProxy(listener, new URL(databaseUrl));
  }

  get url(): string {
    const { port } = this.listener.address() as AddressInfo;
    return Object.assign(new URL(this.target), { port: String(port), hostname: '127.0.0.1' }).href;
  }

  /** @param serverNotices false: the server's side stays open, as after a cut cable. */
  severAtCommit(when: 'before' | 'after', { serverNotices = true } = {}): void {
    this.#plan = { when, serverNotices };
    this.severed = new Promise((resolve) => (this.#onSevered = resolve));
  }

  endServerSides(): void {
    for (const { server } of this.#links) server.destroy();
  }

  async close(): Promise<void> {
    for (const { client, server } of this.#links) {
      client.destroy();
      server.destroy();
    }
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private link(client: Socket): void {
    const server = connect(Number(this.target.port || 3306), this.target.hostname);
    const ends = { client, server };
    this.#links.add(ends);
    let cutting: Cut | undefined;
    client.on('data', (data: Buffer) => {
      if (this.#plan && data.includes('COMMIT')) {
        cutting = this.#plan;
        this.#plan = undefined;
        if (cutting.when === 'before') return this.cut(ends, cutting.serverNotices);
      }
      server.write(data);
    });
    server.on('data', (data: Buffer) => {
      if (cutting) this.cut(ends, true);
      else client.write(data);
    });
    for (const end of [client, server]) end.on('error', () => undefined);
    client.on('close', () => cutting || server.destroy());
    server.on('close', () => client.destroy());
  }

  private cut({ client, server }: { client: Socket; server: Socket }, serverNotices: boolean): void {
    client.destroy();
    if (serverNotices) server.destroy();
    this.#onSevered();
  }
}
