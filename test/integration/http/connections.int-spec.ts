import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ConnectionLimits } from '#libs/http/connection-limits.js';
import { registry } from '#libs/observability/metrics.js';
import { eventually } from '../../support/eventually.js';
import { RawClient } from '../../support/raw-client.js';
import { signToken } from '../../../tools/tokens/sign-token.js';
import { calls, held, secret, startShop } from './things-app.js';

let app: NestFastifyApplication;
let log: string;
let clients: RawClient[] = [];

const open = async (...texts: readonly string[]): Promise<RawClient> => {
  const client = await RawClient.open((app.getHttpServer().address() as AddressInfo).port, ...texts);
  clients.push(client);
  return client;
};

const start = async (limits: Partial<ConnectionLimits>): Promise<void> => {
  log = '';
  calls.length = 0;
  held.length = 0;
  const write = (chunk: unknown, _encoding: string, done: () => void): void => {
    log += String(chunk);
    done();
  };
  app = await startShop(new Writable({ write }), limits);
  await app.listen(0, '127.0.0.1');
};

const ended = async (reason: string): Promise<number> => {
  const metric = registry.getSingleMetric('http_connections_ended_total');
  const { values } = (await metric?.get()) ?? { values: [] };
  return values.find(({ labels }) => (labels as { reason?: string }).reason === reason)?.value ?? 0;
};

afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  clients = [];
  while (held.length > 0) held.pop()!();
  await app.close();
});

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`;
const post = (...lines: string[]): string => {
  const token = signToken({ subject: 'cust-1', roles: ['customer'], secret });
  const head = [`Authorization: Bearer ${token}`, 'Content-Type: application/json', ...lines];
  return `POST /things HTTP/1.1\r\nHost: shop\r\n${head.join('\r\n')}\r\n\r\n`;
};

describe('a request that does not come to its end', () => {
  it.each<[string, string[], RegExp]>([
    ['says nothing', [], /408/],
    ['is half a head', ['POST /things HTTP/1.1\r\nHost: sh'], /408/],
    ['has no body', [post('Content-Length: 100')], /408/],
    ['stops in the middle of its body', [post('Content-Length: 100'), '{"name":'], /408/],
    ['is chunked without an end', [post('Transfer-Encoding: chunked'), '1\r\n{\r\n'], /408/],
    ['was told to continue', [post('Content-Length: 100', 'Expect: 100-continue')], /100 Continue[^]*408/],
  ])('is given up with a problem document: %s', async (_, texts, answer) => {
    await start({ requestSeconds: 1 });
    const before = await ended('request-timeout');
    const client = await open(...texts);
    await eventually(() => expect(client.ended).toBe(true), 10_000);
    expect(client.heard).toMatch(answer);
    expect(client.heard).toContain('"code":"request-timeout"');
    expect(client.heard).toMatch(/"traceId":"[0-9a-f]{32}"/);
    expect(await ended('request-timeout')).toBe(before + 1);
    expect(calls).toEqual([]);
    // With a line for each, the attacker would write the log.
    expect(log).not.toContain('a request failed');
  });

  it('is given up though a byte comes now and then', async () => {
    await start({ requestSeconds: 1 });
    const client = await open(post('Content-Length: 1000'));
    const bytes = setInterval(() => client.socket.write(' '), 100);
    await eventually(() => expect(client.ended).toBe(true), 10_000).finally(() => clearInterval(bytes));
    expect(client.heard).toContain('408');
  });

  it('is told so after the answer to the request before it', async () => {
    await start({ requestSeconds: 1 });
    const before = await ended('request-timeout');
    const client = await open(get('/things/held'), 'POST /things HTTP/1.1\r\nHost: sh');
    await eventually(async () => expect(await ended('request-timeout')).toBe(before + 1));
    expect(client.heard).toBe('');
    held.pop()!();
    await eventually(() => expect(client.ended).toBe(true));
    expect(client.answers().map(({ status }) => status)).toEqual([200, 408]);
  });

  it('is told nothing more when it has been answered already', async () => {
    await start({ requestSeconds: 1 });
    const unknown = 'POST /things HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\n';
    const client = await open(unknown);
    await eventually(() => expect(client.ended).toBe(true));
    expect(client.answers().map(({ status }) => status)).toEqual([401]);
  });
});

describe('when there are as many connections as may', () => {
  it('the one that has been owed nothing for longest makes room', async () => {
    await start({ maxConnections: 3 });
    const waits = await open(get('/things/held'));
    await eventually(() => expect(held).toHaveLength(1));
    const [silent, sends] = [await open(), await open(post('Content-Length: 100'))];
    const next = await open(get('/things/versioned/1'));
    await eventually(() => expect(next.heard).toContain('200 OK'));
    await eventually(() => expect(silent.ended).toBe(true));
    const last = await open(get('/things/versioned/1'));
    await eventually(() => expect(last.heard).toContain('200 OK'));
    await eventually(() => expect(sends.ended).toBe(true));
    held.pop()!();
    await eventually(() => expect(waits.heard).toContain('{"kept":"promise"}'));
  });

  it('a further one is ended when all are owed answers', async () => {
    await start({ maxConnections: 2 });
    await open(get('/things/held'));
    await open(get('/things/held'));
    await eventually(() => expect(held).toHaveLength(2));
    const further = await open(get('/things/held'));
    await eventually(() => expect(further.ended).toBe(true));
    expect(held).toHaveLength(2);
  });
});

describe('a client that takes no answers', () => {
  it('is left when nothing moves any more', async () => {
    await start({ stalledSeconds: 1 });
    const client = await open(get('/things/held'));
    await eventually(() => expect(client.ended).toBe(true), 10_000);
  });

  it('is left though it asked for a tunnel meanwhile', async () => {
    await start({ stalledSeconds: 1 });
    const client = await open(get('/things/held'), 'CONNECT shop:443 HTTP/1.1\r\nHost: shop\r\n\r\n');
    await eventually(() => expect(client.ended).toBe(true), 10_000);
    expect(client.heard).toBe('');
  });

  it('cannot go on asking', async () => {
    await start({ maxPipelined: 4 });
    const client = await open(get('/things/held').repeat(100));
    await eventually(() => expect(client.ended).toBe(true));
  });
});
