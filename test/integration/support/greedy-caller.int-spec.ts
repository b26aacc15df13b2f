import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GreedyCaller } from '../../../tools/faults/greedy-caller.js';
import { habitsOf } from '../../../tools/faults/greedy-habits.js';
import { eventually } from '../../support/eventually.js';

const order = { id: 'o', key: 'k', body: { items: [] } };

/** Answers requests that came whole; remembers what it was asked for. */
let server: Server;
let asked: string[];
let caller: GreedyCaller | undefined;

const begin = (habit: keyof ReturnType<typeof habitsOf>, connections: number): GreedyCaller => {
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return (caller = new GreedyCaller(url, connections, habitsOf('t', order)[habit]));
};

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.prefer ?? ''}`);
    request.on('end', () => response.writeHead(asked.length % 2 ? 200 : 503).end('{}'));
    request.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  caller?.end();
  await new Promise((resolve) => server.close(resolve));
});

it('asks at once, and counts each answer', async () => {
  await begin('burst', 20).answered;
  expect(asked).toEqual(Array(20).fill('GET /api/orders/o/timeline '));
  expect([caller!.answers.get(200), caller!.answers.get(503)]).toEqual([10, 10]);
});

it('asks again what was answered', async () => {
  begin('waits', 2);
  await eventually(() => expect(asked.length).toBeGreaterThan(6));
  expect(new Set(asked)).toEqual(new Set(['POST /api/orders wait=30']));
});

it('keeps a place with a body that never comes, and takes it again when it was put out', async () => {
  begin('withheld bodies', 3);
  await eventually(() => expect(asked).toHaveLength(3));
  expect(caller!.answers.size).toBe(0);
  server.closeAllConnections();
  await eventually(() => expect(asked).toHaveLength(6));
});
