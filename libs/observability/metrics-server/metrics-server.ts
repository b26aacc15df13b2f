import type { AddressInfo } from 'node:net';
import { plainServer } from '#libs/http/strict-server.js';
import { registry } from '../metrics.js';

/** For so long one page is for all who ask: a thousand scrapes at once cost little more than one. */
const pageForMs = 100;

/** Serves `/metrics` in Prometheus' text format, on a port of its own that need not be reachable from outside. */
export class MetricsServer {
  private readonly fastify = plainServer();
  private page: Promise<Buffer> | undefined;

  constructor() {
    this.fastify.get('/metrics', async (_, reply) => {
      const page = await this.currentPage();
      return reply.type(registry.contentType).send(page);
    });
  }

  /**
   * @param port 0 takes any that is free.
   * @param host the address; only what reaches it can read.
   * @returns the port. @throws when it is taken, or the address is none of this machine's.
   */
  async listen(port: number, host: string): Promise<number> {
    await this.fastify.listen({ port, host });
    return (this.fastify.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return this.fastify.close();
  }

  private currentPage(): Promise<Buffer> {
    if (!this.page) {
      this.page = registry.metrics().then((text) => Buffer.from(text));
      setTimeout(() => (this.page = undefined), pageForMs).unref();
    }
    return this.page;
  }
}
