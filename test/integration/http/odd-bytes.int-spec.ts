import { type AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { registry } from '#libs/observability/metrics.js';
import { MetricsServer } from '#libs/observability/metrics-server/metrics-server.js';
import { eventually } from '../../support/eventually.js';
import { expectProblem, oddBodies, oddHeads, planted, type OddBytes } from '../../support/odd-bytes.js';
import { RawClient } from '../../support/raw-client.js';
import { held, startShop } from './things-app.js';

let app: NestFastifyApplication;
let log = '';
const ports = { shop: 0, metrics: 0 };
const metrics = new MetricsServer();
/** Ids that were told, of all answers so far. */
const told = new Set<string>();
let client: RawClient | undefined;

beforeAll(async () => {
  const write = (chunk: unknown, _encoding: string, done: () => void): void => {
    log += String(chunk);
    done();
  };
  app = await startShop(new Writable({ write }));
  await app.listen(0, '127.0.0.1');
  ports.shop = (app.getHttpServer().address() as AddressInfo).port;
  ports.metrics = await metrics.listen(0, '127.0.0.1');
});
afterEach(() => {
  for (const [, id] of client?.heard.matchAll(/^x-request-id: (\S+)\r$/gm) ?? []) told.add(id!);
  client?.socket.destroy();
  while (held.length > 0) held.pop()!();
});
afterAll(async () => {
  await app.close();
  await metrics.close();
});

const say = async (port: number, ...pieces: readonly (string | Buffer)[]): Promise<RawClient> =>
  (client = await RawClient.open(port, ...pieces));

const get = (path: string, ...headers: readonly string[]): string =>
  [`GET ${path} HTTP/1.1`, 'Host: shop', ...headers, '', ''].join('\r\n');

const shop = { get: '/things/versioned/1', post: ['POST /things/open HTTP/1.1'] };
const open = get(shop.get);
const taken = '{"name":"a","count":1}';
const post = (body: string): string =>
  `${shop.post[0]}\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Requests that were answered, and those that came to no hook. */
async function counted(): Promise<number> {
  const values = await Promise.all(
    ['http_request_duration_seconds', 'http_connections_ended_total'].map(async (name) => {
      const { values: all } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
      return all as readonly { metricName?: string; value: number }[];
    }),
  );
  return values
    .flat()
    .filter(({ metricName }) => metricName === undefined || metricName.endsWith('_count'))
    .reduce((sum, { value }) => sum + value, 0);
}

describe.each<[keyof typeof ports, readonly OddBytes[]]>([
  ['shop', [...oddHeads(shop), ...oddBodies(shop)]],
  ['metrics', oddHeads({ get: '/metrics' })],
])('on the port of %s', (name, all) => {
  it.each(all.map((odd) => [odd.says, odd] as const))(
    '%s is answered with a problem, and the connection ends',
    async (_, { bytes, ends, status, code }) => {
      const before = await counted();
      const { socket } = await say(ports[name], bytes);
      if (ends) socket.end();
      await eventually(() => expect(client!.ended).toBe(true));
      expect(client!.answers()).toHaveLength(1);
      expectProblem(client!.answers()[0], status, code);
      await eventually(async () => expect(await counted()).toBeGreaterThan(before));
    },
  );
});

describe('what cannot be read', () => {
  it('after a good request is answered after it', async () => {
    await say(ports.shop, `${open}${planted}\r\n\r\n`);
    await eventually(() => expect(client!.ended).toBe(true));
    const [first, second, ...more] = client!.answers();
    expect(first).toMatchObject({ status: 200, body: '{"version":3}' });
    expectProblem(second, 400, 'invalid-request');
    expect(more).toEqual([]);
  });

  it('after a body is no part of it', async () => {
    await say(ports.shop, `${post(taken)}${planted}\r\n\r\n`);
    await eventually(() => expect(client!.ended).toBe(true));
    const [first, second] = client!.answers();
    expect(first).toMatchObject({ status: 201, body: taken });
    expectProblem(second, 400, 'invalid-request');
  });

  it('waits for the answers to all that came before it', async () => {
    await say(ports.shop, get('/things/held').repeat(2), open, `${planted}\r\n\r\n`);
    await eventually(() => expect(held).toHaveLength(2));
    expect(client!.heard).toBe('');
    held.pop()!();
    held.pop()!();
    await eventually(() => expect(client!.ended).toBe(true));
    expect(client!.answers().map(({ status }) => status)).toEqual([200, 200, 200, 400]);
  });

  it('does not get into an answer that is taken slowly', async () => {
    const { socket } = await say(ports.shop);
    socket.pause();
    socket.write(`${get('/docs/assets/swagger-ui-bundle.js').repeat(4)}${planted}\r\n\r\n`);
    await eventually(async () => {
      const page = await registry.metrics();
      expect(page).toMatch(/http_connections_ended_total\{reason="malformed"\} [1-9]/);
    });
    socket.resume();
    await eventually(() => expect(client!.ended).toBe(true));
    const answers = client!.answers();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 400]);
    for (const { body } of answers.slice(1, 4)) expect(body.length).toBe(answers[0]!.body.length);
  });

  it('is not answered after a request that was to be the last', async () => {
    await say(ports.shop, get(shop.get, 'Connection: close'), `${planted}\r\n\r\n`);
    await eventually(() => expect(client!.ended).toBe(true));
    expect(client!.answers().map(({ status }) => status)).toEqual([200]);
  });

  it('gets no second answer when it has one already', async () => {
    const closed = shop.post[0]!.replace('/open', '');
    await say(ports.shop, `${closed}\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n`);
    await eventually(() => expect(client!.answers().map(({ status }) => status)).toEqual([401]));
    client!.socket.write(`${planted}\r\n`);
    await eventually(() => expect(client!.ended).toBe(true));
    expect(client!.answers()).toHaveLength(1);
  });

  it('is told so though there is far more of it', async () => {
    await say(ports.shop, `GET / HTTP/1.1\r\nX: ${'x'.repeat(5_000_000)}`);
    await eventually(() => expect(client!.heard).toMatch(/"code":"headers-too-large"/));
    expectProblem(client!.answers()[0], 431, 'headers-too-large');
  });

  it('has the id that its caller gave it, as far as that was understood', async () => {
    const head = `${shop.post[0]}\r\nHost: shop\r\nX-Request-Id: mine-1\r\nTransfer-Encoding: chunked\r\n\r\n`;
    await say(ports.shop, `${head}${planted}\r\n`);
    await eventually(() => expect(client!.ended).toBe(true));
    expect(client!.answers()[0]!.headers['x-request-id']).toBe('mine-1');
  });

  it('is told now and then of each kind in the log, by the id that was told, without a word of it', () => {
    const lines = log
      .split('\n')
      .filter((line) => line.includes('EarlyAnswers'))
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(told.size);
    for (const { requestId } of lines) expect([...told]).toContain(requestId);
    expect(log.toLowerCase()).not.toContain(planted);
  });
});

describe('what is odd, and allowed,', () => {
  const kept = (...pieces: readonly string[]) => say(ports.shop, ...pieces);

  it.each([
    ['HTTP/1.0 without a Host', `GET ${shop.get} HTTP/1.0\r\n\r\n`],
    ['HTTP/1.0 with a Host', `GET ${shop.get} HTTP/1.0\r\nHost: shop\r\n\r\n`],
    ['HTTP/1.0 that expects something', `GET ${shop.get} HTTP/1.0\r\nExpect: ${planted}\r\n\r\n`],
    ['an empty Host', open.replace('Host: shop', 'Host:')],
    ['a Host by address', open.replace('Host: shop', 'Host: [::1]:8080')],
    ['an address with its authority', open.replace('GET ', 'GET http://shop:80')],
    ['an empty line before it', `\r\n${open}`],
    [
      'the wish for a web socket',
      get(shop.get, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'),
    ],
    [
      'the wish for HTTP/2',
      get(shop.get, 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AA'),
    ],
  ])('%s, is answered', async (_, text) => {
    await kept(text);
    await eventually(() => expect(client!.answers()).toMatchObject([{ status: 200, body: '{"version":3}' }]));
  });

  it('is a body whose length is told chunk by chunk, with extensions and trailers', async () => {
    const head = post(taken)
      .split('\r\n\r\n')[0]!
      .replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked');
    await kept(
      `${head}\r\n\r\n`,
      `${taken.length.toString(16)};a=b\r\n${taken}\r\n0\r\nX-Own: ${planted}\r\n\r\n`,
      open,
    );
    await eventually(() =>
      expect(client!.answers()).toMatchObject([{ status: 201, body: taken }, { status: 200 }]),
    );
  });

  it('is to ask before a body is sent', async () => {
    await kept(post(taken).replace('Host', 'Expect: 100-continue\r\nHost').replace(taken, ''));
    await eventually(() => expect(client!.heard).toBe('HTTP/1.1 100 Continue\r\n\r\n'));
    client!.heard = '';
    client!.socket.write(taken);
    await eventually(() => expect(client!.answers()).toMatchObject([{ status: 201, body: taken }]));
  });

  it.each([
    ['405, and what there is', 'TRACE', shop.get, 405, 'GET, HEAD'],
    ['405 by an address with its authority', 'DELETE', `http://shop${shop.get}`, 405, 'GET, HEAD'],
    ['405 for a method of WebDAV', 'PROPFIND', '/things/open', 405, 'POST'],
    ['404 where there is nothing', 'TRACE', '/nothing', 404, undefined],
    ['404 for everything at once', 'OPTIONS', '*', 404, undefined],
    ['400 for an address that cannot be decoded', 'GET', '/things/%ff', 400, undefined],
    [
      '414 for a part of an address that is too long',
      'GET',
      `/things/fail/${'x'.repeat(600)}`,
      414,
      undefined,
    ],
  ])('is a target that gets %s, on a connection that is kept', async (_, method, target, status, allow) => {
    const before = await counted();
    await kept(`${method} ${target} HTTP/1.1\r\nHost: shop\r\n\r\n`, open);
    await eventually(() => expect(client!.answers()).toHaveLength(2));
    const [answer, next] = client!.answers();
    expect(answer).toMatchObject({
      status,
      headers: {
        'content-type': 'application/problem+json; charset=utf-8',
        'x-request-id': expect.any(String),
      },
    });
    expect(answer!.headers['allow']).toBe(allow);
    expect(JSON.parse(answer!.body)).toMatchObject({ status, traceId: expect.any(String) });
    expect(next).toMatchObject({ status: 200 });
    await eventually(async () => expect(await counted()).toBe(before + 2));
  });
});
