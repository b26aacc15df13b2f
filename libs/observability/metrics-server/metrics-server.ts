import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registry } from '../metrics.js';

/** For so long one page is for all who ask: a thousand scrapes at once cost little more than one. */
const pageForMs = 100;

/** Serves `/metrics` in Prometheus' text format, on a port of its own that need not be reachable from outside. */
export class MetricsServer {
  private page: Promise<Buffer> | undefined;

  private readonly server: Server = createServer((request, response) => {
    // Not by URL: it throws for what clients may send, such as "//", and nobody would catch that here.
    const [path] = request.url?.split('?', 1) ?? [];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (path !== '/metrics' || !isRead) {
      response.writeHead(path === '/metrics' ? 405 : 404).end();
      return;
    }
    this.currentPage().then(
      (page) => response.writeHead(200, { 'content-type': registry.contentType }).end(page),
      () => response.writeHead(500).end(),
    );
  });

  /**
   * @param port 0 takes any that is free.
   * @param host the address; only what reaches it can read.
   * @returns the port. @throws when it is taken, or the address is none of this machine's.
   */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ port, host }, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      // A scraper keeps its connection; metrics of a process that ends are of no use to it.
      this.server.closeAllConnections();
    });
  }

  private currentPage(): Promise<Buffer> {
    if (!this.page) {
      this.page = registry.metrics().then((text) => Buffer.from(text));
      setTimeout(() => (this.page = undefined), pageForMs).unref();
    }
    return this.page;
  }
}
