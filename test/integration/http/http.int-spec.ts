import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { registry } from '#libs/observability/metrics.js';
import { HealthIndicators } from '#libs/observability/health/health-indicators.js';
import { signToken } from '../../../tools/tokens/sign-token.js';
import { calls, secret, startShop } from './things-app.js';

let app: NestFastifyApplication;
let log = '';

const bearer = (subject = 'cust-1', roles = ['customer']) => ({
  authorization: `Bearer ${signToken({ subject, roles, secret })}`,
});
const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers });
const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: '/things',
    headers: { 'content-type': 'application/json', ...bearer(), ...headers },
    payload,
  });
const thing = (more: object = {}) => JSON.stringify({ name: 'a', count: 1, ...more });

beforeAll(async () => {
  app = await startShop(
    new Writable({
      write: (chunk, _encoding, done) => {
        log += String(chunk);
        done();
      },
    }),
  );
  await app.listen(0, '127.0.0.1');
});
beforeEach(() => {
  calls.length = 0;
  log = '';
});
afterAll(() => app.close());

describe('a request', () => {
  it('that is good is answered', async () => {
    const { statusCode, headers, body } = await post(thing({ name: '🪑é' }), { 'x-request-id': 'mine-1' });
    expect(statusCode).toBe(201);
    expect(JSON.parse(body)).toEqual({ name: '🪑é', count: 1, subject: 'cust-1', requestId: 'mine-1' });
    expect(headers).toMatchObject({
      'x-request-id': 'mine-1',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
  });

  it.each(['', 'x'.repeat(129), 'a b', 'a"b', '<script>'])('does not choose the id %p', async (id) => {
    const { headers } = await post(thing(), { 'x-request-id': id });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('a route', () => {
  const problem = {
    headers: expect.objectContaining({ 'content-type': 'application/problem+json; charset=utf-8' }),
  };

  it.each<Record<string, string>>([
    {},
    { authorization: 'Basic eDp5' },
    { authorization: 'Bearer a.b.c' },
    { cookie: 'token=a.b.c' },
  ])('is closed to %p', async (headers) => {
    const answer = await get('/things/staff?access_token=a.b.c', headers);
    expect(answer).toMatchObject({ statusCode: 401, ...problem });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.json()).toMatchObject({
      code: 'unauthorized',
      status: 401,
      type: '/problems/unauthorized',
    });
  });

  it('takes no token from the address, however good', async () => {
    const token = signToken({ subject: 'op', roles: ['operator'], secret });
    expect((await get(`/things/staff?access_token=${token}&token=${token}`)).statusCode).toBe(401);
  });

  it('is open to the roles that it names', async () => {
    expect((await get('/things/staff', bearer())).statusCode).toBe(403);
    expect((await get('/things/staff', bearer('op', ['operator']))).statusCode).toBe(200);
    expect((await get('/things/staff', bearer('op', ['operator']))).statusCode).toBe(200);
  });

  it('that does not say who may use it is closed to everybody', async () => {
    for (const roles of [['customer'], ['admin'], ['operator', 'seller']]) {
      expect((await get('/things/closed', bearer('x', roles))).statusCode).toBe(403);
    }
    expect(calls).toEqual([]);
  });

  it.each([
    ['GET', '/things/staff/'],
    ['GET', '//things/staff'],
    ['GET', '/things//staff'],
    ['GET', '/things/./staff'],
    ['GET', '/things/x/../staff'],
    ['GET', '/things/staff;x'],
    ['GET', '/things;x/staff'],
    ['GET', '/things/%73taff'],
    ['GET', '/%74hings/staff'],
    ['GET', '/Things/Staff'],
    ['GET', '/things/staff%2f'],
    ['GET', '/things/staff%00'],
    ['GET', '/things/staff%'],
    ['GET', '/things/staff%ff'],
    ['HEAD', '/things/staff'],
    ['HEAD', '/things/closed'],
    ['TRACE', '/things/staff'],
    ['OPTIONS', '/things/staff'],
    ['PROPFIND', '/things/staff'],
    ['POST', '/things/staff'],
    ['DELETE', '/things/staff'],
    ['GET', '/things/staff?_method=POST'],
    ['GET', `/things/fail/${'x'.repeat(600)}`],
  ])('is not reached past the guard by %s %s', async (method, path) => {
    const { status, body } = await raw(method, path, { 'x-http-method-override': 'GET' });
    expect([400, 401, 404, 405, 414]).toContain(status);
    expect(calls).toEqual([]);
    if (body) expect(JSON.parse(body)).toMatchObject({ status, code: expect.any(String) });
  });

  it.each([
    ['what is not JSON', '{"name":', {}],
    ['too much', JSON.stringify({ name: 'x'.repeat(262_144) }), {}],
    ['another media type', '<a/>', { 'content-type': 'text/xml' }],
    ['a compressed body', gzipSync('{}'), { 'content-encoding': 'gzip' }],
    ['a body that says a token', JSON.stringify({ access_token: 'a.b.c' }), {}],
  ])('asks strangers who they are before it looks at their body: %s', async (_, payload, headers) => {
    const answer = await post(payload, { ...headers, authorization: 'Bearer a.b.c' });
    expect(answer).toMatchObject({ statusCode: 401, ...problem });
    expect(answer.json()).toMatchObject({ code: 'unauthorized' });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('that is open reads the body of anybody', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/things/open',
      headers: { 'content-type': 'application/json' },
      payload: '{"name":',
    });
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid-json' });
  });

  it.each([
    ['DELETE', '/things', 'GET, HEAD, POST'],
    ['PUT', '/things?x=/nothing', 'GET, HEAD, POST'],
    ['POST', '/things/staff', 'GET, HEAD'],
    ['PATCH', '/things/fail/refusal', 'GET, HEAD'],
    ['OPTIONS', '/things/closed', 'GET, HEAD'],
  ])('says which methods it has when asked by another: %s %s', async (method, url, allow) => {
    const answer = await app.inject({ method: method as 'DELETE', url });
    expect(answer).toMatchObject({ statusCode: 405, ...problem });
    expect(answer.json()).toMatchObject({ code: 'method-not-allowed' });
    expect(answer.headers['allow']).toBe(allow);
  });

  it.each(['/thing', '/things/staff/x', '/things/fail', '/things/fail/a/b', '/Things', '/thingsXstaff'])(
    'is no route by another method either: %s',
    async (url) => {
      const answer = await app.inject({ method: 'DELETE', url });
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['allow']).toBeUndefined();
    },
  );

  it('answers HEAD as GET, without a body', async () => {
    const { status, body } = await raw('HEAD', '/things/staff', bearer('op', ['admin']));
    expect({ status, body }).toEqual({ status: 200, body: '' });
  });

  it('answers 304 to a caller who has it', async () => {
    const first = await get('/things/versioned/1');
    const again = await get('/things/versioned/1', { 'if-none-match': `W/${String(first.headers['etag'])}` });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe('');
  });

  it('that is not there is a problem, too', async () => {
    const answer = await get('/nothing/here');
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({
      type: '/problems/not-found',
      title: 'There is nothing here',
      status: 404,
      code: 'not-found',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });
});

describe('a body', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  it.each<[string, string | Buffer, number, string]>([
    ['not JSON', '{"name":', 400, 'invalid-json'],
    ['nothing', '', 400, 'invalid-json'],
    ['bad UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'invalid-json'],
    ['a byte order mark', Buffer.from('\ufeff{}'), 400, 'invalid-json'],
    ['null', 'null', 400, 'invalid-request'],
    ['an array', '[]', 400, 'invalid-request'],
    ['a string', '"x"', 400, 'invalid-request'],
    ['a name twice', '{"name":"a","count":1,"name":"b"}', 400, 'invalid-json'],
    ['a name twice, escaped', '{"name":"a","count":1,"n\\u0061me":"b"}', 400, 'invalid-json'],
    ['__proto__', '{"name":"a","count":1,"__proto__":{"x":1}}', 400, 'invalid-json'],
    ['__proto__, escaped', '{"name":"a","count":1,"\\u005f_proto__":{"x":1}}', 400, 'invalid-json'],
    ['constructor', '{"name":"a","count":1,"constructor":{"prototype":{"x":1}}}', 400, 'invalid-request'],
    ['a lone surrogate', '{"name":"\\ud800","count":1}', 400, 'invalid-json'],
    ['10,000 levels', deep(10_000), 400, 'invalid-json'],
    ['33 levels', deep(33), 400, 'invalid-json'],
    ['too much', JSON.stringify({ name: 'x'.repeat(262_144) }), 413, 'payload-too-large'],
    ['an object for a scalar', thing({ name: { toString: 1 } }), 400, 'invalid-request'],
    ['a fraction', thing({ count: 1.5 }), 400, 'invalid-request'],
    ['a number as a string', thing({ count: '1' }), 400, 'invalid-request'],
    ['an unsafe number', '{"name":"a","count":9007199254740993}', 400, 'invalid-request'],
    ['a huge number', '{"name":"a","count":1e999}', 400, 'invalid-request'],
  ])('of %s is refused', async (_, payload, status, code) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ status, code, traceId: expect.any(String) });
    expect(calls).toEqual([]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json-patch+json',
    'application/json; charset=utf-16',
    'nonsense',
    '',
  ])('as %p is refused', async (type) => {
    const answer = await post(thing(), { 'content-type': type });
    expect(answer.json()).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    expect(calls).toEqual([]);
  });

  it.each(['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'Application/JSON'])(
    'as %p is taken',
    async (type) => {
      expect((await post(thing(), { 'content-type': type })).statusCode).toBe(201);
    },
  );

  it('that is compressed is refused unread', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const answer = await post(bomb, { 'content-encoding': 'gzip' });
    expect(answer.statusCode).toBe(415);
  });

  it('names each field that is wrong, and what is wrong with it', async () => {
    const parts = [{ sku: 1, 'a/b~c': 2 }];
    const answer = await post(
      thing({ count: 11, price: {}, parts, status: 'PAID', total: 1 }).replace('"name":"a",', ''),
    );
    expect(answer.statusCode).toBe(400);
    const { code, detail, errors } = answer.json();
    expect({ code, detail }).toEqual({ code: 'invalid-request', detail: '7 fields are not valid' });
    expect(errors).toEqual(
      expect.arrayContaining([
        { pointer: '/name', code: 'required', detail: 'is required' },
        { pointer: '/count', code: 'too-big', detail: expect.stringContaining('10') },
        { pointer: '/price', code: 'invalid-value', detail: expect.stringMatching(/number.*or/) },
        { pointer: '/parts/0/sku', code: 'invalid-type', detail: expect.stringContaining('expected string') },
        { pointer: '/parts/0/a~1b~0c', code: 'unknown-field', detail: expect.any(String) },
        { pointer: '/status', code: 'unknown-field', detail: expect.any(String) },
        { pointer: '/total', code: 'unknown-field', detail: expect.any(String) },
      ]),
    );
  });

  it('gets at most 50 errors', async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`x${n}`, n]));
    expect((await post(thing(many))).json().errors).toHaveLength(50);
  });
});

describe('a query', () => {
  it('has defaults', async () => {
    expect((await get('/things', bearer())).json()).toEqual({ page: 1, limit: 10 });
    expect((await get('/things?page=3&limit=100', bearer())).json()).toEqual({ page: 3, limit: 100 });
  });

  it.each([
    'limit=0',
    'limit=-1',
    'limit=101',
    'limit=1e6',
    'limit=x',
    'limit=',
    'limit=1&limit=2',
    'page=0',
    'sort=x',
    'limit[]=1',
    '__proto__=1',
  ])('with %s is refused', async (query) => {
    const answer = await get(`/things?${query}`, bearer());
    expect(answer.statusCode).toBe(400);
    const parameter = query.slice(0, query.indexOf('='));
    expect(answer.json().errors).toEqual([expect.objectContaining({ parameter })]);
  });
});

describe('an error', () => {
  it('that is a refusal is answered by the catalogue, with its particulars', async () => {
    const answer = await get('/things/fail/refusal');
    expect(answer.json()).toMatchObject({
      type: '/problems/sold-out',
      title: 'Sold out',
      status: 422,
      detail: 'there is none left',
      code: 'sold-out',
      sku: 'A',
    });
    expect(log).toBe('');
  });

  it('that is a fault asks to come again', async () => {
    const answer = await get('/things/fail/fault');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json()).toMatchObject({ code: 'unavailable' });
    expect(answer.body).not.toContain('mysql');
    expect(JSON.parse(log)).toMatchObject({ level: 'warn', statusCode: 503, route: '/things/fail/:how' });
    expect(log).not.toContain('secret');
  });

  it.each(['unknown-refusal', 'defect', 'string'])(
    'that the caller is not to blame for (%s) says nothing but 500',
    async (how) => {
      const answer = await get(`/things/fail/${how}`);
      expect(answer.statusCode).toBe(500);
      expect(answer.json()).toEqual({
        type: '/problems/internal-error',
        title: 'Something is wrong on our side',
        status: 500,
        code: 'internal-error',
        traceId: expect.any(String),
      });
      expect(JSON.parse(log)).toMatchObject({ level: 'error', requestId: answer.headers['x-request-id'] });
    },
  );
});

describe('health', () => {
  const health = () => app.get(HealthIndicators);

  it('is for staff in detail', async () => {
    const remove = health().register('database', () => ({ status: 'up', detail: 'MariaDB' }), {
      affectsReadiness: true,
    });
    expect((await get('/health')).statusCode).toBe(401);
    expect((await get('/health', bearer())).statusCode).toBe(403);
    expect((await get('/health', bearer('op', ['operator']))).json()).toMatchObject({
      service: 'shop',
      version: '1.0.0',
      ready: true,
      status: 'up',
      checks: { database: { status: 'up', detail: 'MariaDB' } },
      memory: { rssBytes: expect.any(Number) },
      eventLoopDelay: { p99Ms: expect.any(Number) },
      requests: { requests: expect.any(Number), averageMs: expect.any(Number), p99Ms: expect.any(Number) },
    });
    remove();
  });

  it('probes are open', async () => {
    expect((await get('/health/live')).json()).toEqual({ status: 'up' });
    expect((await get('/health/ready')).statusCode).toBe(200);
  });
});

describe('the documentation', () => {
  it('says what the validation, the guard and the catalogue say', async () => {
    const document = (await get('/openapi.json')).json();
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Shop', version: '1.0.0' } });
    expect(document.paths['/things'].post).toMatchObject({
      operationId: 'Things.create',
      description: 'For: customer.',
      security: [{ token: [] }],
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
      responses: { '4XX': { $ref: '#/components/responses/Refused' } },
    });
    expect(document.paths['/health/live'].get.security).toEqual([]);
    expect(document.paths['/things/closed'].get.description).toBe('For nobody.');
    expect(document.components.schemas.Thing.additionalProperties).toBe(false);
    expect(document.components.schemas.Problem.properties.code.enum).toContain('sold-out');
    expect(document.components.responses.Refused.description).toContain('| 422 | `sold-out` | Sold out |');
    expect(document.paths['/things'].get.parameters).toContainEqual(
      expect.objectContaining({
        name: 'limit',
        schema: expect.objectContaining({ type: 'integer', maximum: 100 }),
      }),
    );
  });

  it('is a page that loads nothing from elsewhere', async () => {
    const { body, headers } = await get('/docs');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(body).not.toMatch(/https?:|<script>|<style|style=|onload/);
    for (const [, path] of body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await get(path!)).statusCode).toBe(200);
    }
  });

  it.each([
    '/docs/assets/',
    '/docs/assets/package.json',
    '/docs/assets/../package.json',
    '/docs/assets/%2e%2e/package.json',
    '/docs/assets/index.html',
  ])('does not serve %s', async (path) => {
    expect([403, 404]).toContain((await raw('GET', path)).status);
  });
});

describe('request metrics', () => {
  it('know routes, never paths', async () => {
    await get('/things/fail/fault');
    for (let n = 0; n < 20; n++) await get(`/invented/${n}`);
    const page = await registry.metrics();
    expect(page).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/things\/fail\/:how",status_code="503"\}/,
    );
    expect(page).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="unmatched",status_code="404"\} \d\d/,
    );
    expect(page).not.toContain('invented');
  });
});

/** Over a real connection: what `inject` would tidy up stays as it is. */
function raw(
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  const { port } = app.getHttpServer().address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, host: '127.0.0.1', method, path, headers, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    sent.on('error', reject).end();
  });
}
