import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpApiClient } from './api-client.js';

interface Prepared {
  readonly status: number;
  readonly body: unknown;
}

describe('the API client', () => {
  let server: Server;
  let client: HttpApiClient;
  let answers: Prepared[];
  let requests: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[];

  beforeEach(async () => {
    [answers, requests] = [[], []];
    server = createServer(({ method, url, headers }, response) => {
      requests.push({ method, url, headers });
      const { status, body } = answers.shift() ?? { status: 200, body: { ok: true } };
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    client = new HttpApiClient(`http://127.0.0.1:${port}`, 'the-token', () => 1);
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('asks with the token, and leaves out what was not given', async () => {
    await expect(client.get('/x', { a: '1', b: undefined, c: ['2', '3 4'] })).resolves.toEqual({ ok: true });
    expect(requests[0]).toMatchObject({
      url: '/x?a=1&c=2&c=3+4',
      headers: { authorization: 'Bearer the-token' },
    });
  });

  it('sends again, with the same key, when the service is busy', async () => {
    answers = [
      { status: 503, body: {} },
      { status: 200, body: { done: 1 } },
    ];
    await expect(client.post('/x', {}, { ifMatch: '"3"' })).resolves.toEqual({ done: 1 });
    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]]);
    expect(requests[1]?.headers['if-match']).toBe('"3"');
  });

  it('gives up after three tries', async () => {
    answers = Array.from({ length: 9 }, () => ({
      status: 503,
      body: { title: 'Not at the moment', code: 'unavailable', traceId: 'abc' },
    }));
    await expect(client.get('/x')).rejects.toThrow('Not at the moment (trace abc)');
    expect(requests).toHaveLength(3);
  });

  it('says what the service refused, field by field', async () => {
    const errors = [{ pointer: '/reason', detail: 'is required' }];
    answers = [
      {
        status: 400,
        body: { title: 'Not valid', detail: 'one field is not valid', code: 'invalid', errors },
      },
    ];
    await expect(client.post('/x', {})).rejects.toMatchObject({
      code: 'invalid',
      status: 400,
      message: 'Not valid: one field is not valid\n  /reason is required',
    });
    expect(requests).toHaveLength(1);
  });

  it('says so when what answers is no order-service', async () => {
    answers = [{ status: 502, body: '<html>' }];
    await expect(client.get('/x')).rejects.toThrow('The service answered 502');
  });

  it('says which service it cannot reach, and why', async () => {
    const nobody = new HttpApiClient('http://127.0.0.1:1', 'x', () => 1);
    await expect(nobody.get('/x')).rejects.toThrow(/http:\/\/127\.0\.0\.1:1 cannot be reached: .+/);
  });
});
