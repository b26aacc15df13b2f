import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { eventually } from '../../support/eventually.js';
import { held, startShop } from './things-app.js';

let app: NestFastifyApplication;
let client: Socket;
let heard: string;
let ended: boolean;

beforeEach(async () => {
  app = await startShop(new Writable({ write: (_chunk, _encoding, done) => done() }));
  await app.listen(0, '127.0.0.1');
  [heard, ended] = ['', false];
  client = connect((app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
  client.on('data', (bytes) => (heard += bytes.toString()));
  client.on('end', () => (ended = true)).on('error', () => (ended = true));
  await new Promise((resolve) => client.once('connect', resolve));
});

afterEach(async () => {
  client.destroy();
  await app.close();
});

const get = (path: string): boolean => client.write(`GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`);

/** Resolves when the app has closed; keep-alive and request timeouts are far longer than this takes. */
const closes = async (): Promise<void> => {
  let closed = false;
  void app.close().then(() => (closed = true));
  await eventually(() => expect(closed).toBe(true), 3_000);
};

describe('an app that closes', () => {
  it('does not wait for a connection that never asked for anything', async () => {
    await closes();
    await eventually(() => expect(ended).toBe(true));
  });

  it('does not wait for half a request', async () => {
    client.write('GET /things/versioned/1 HTTP/1.1\r\nHost: sh');
    await closes();
  });

  it('does not wait for a connection that is kept for a next request', async () => {
    get('/things/versioned/1');
    await eventually(() => expect(heard).toContain('200 OK'));
    await closes();
  });

  it('answers the request that it has in hand, and ends its connection with that', async () => {
    get('/things/held');
    await eventually(() => expect(held).toHaveLength(1));
    let closed = false;
    const closing = app.close().then(() => (closed = true));
    await eventually(() => expect(app.getHttpServer().listening).toBe(false));
    expect(closed).toBe(false);
    held.pop()!();
    await eventually(() => expect([ended, closed]).toEqual([true, true]), 3_000);
    await closing;
    expect(heard).toContain('200 OK');
    expect(heard).toMatch(/connection: close/i);
    expect(heard).toContain('{"kept":"promise"}');
  });
});
