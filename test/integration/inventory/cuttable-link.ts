import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network between a service and a server that a test can cut: every connection through it breaks at once. */
export class CuttableLink {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** The server's address with this link before it. */
    readonly url: string,
  ) {}

  static async before(target: string): Promise<CuttableLink> {
    const url = new URL(target);
    const [host, port] = [url.hostname, Number(url.port)];
    const server = createServer((near) => {
      const far = connect(port, host);
      link.keep(near, far);
      link.keep(far, near);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    const link = new CuttableLink(server, url.href);
    return link;
  }

  /** What was not received by now never will be. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private keep(socket: Socket, other: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      other.destroy();
    });
    socket.pipe(other);
  }
}
