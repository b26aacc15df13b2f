import { setTimeout as pause } from 'node:timers/promises';
import { HttpConnection } from './http-connection.js';
import type { LoadPlan, LoadResult } from './load.js';
import { OrderRequests } from './order-requests.js';
import { Tally } from './tally.js';

const tickMs = 2;
const maxLastAnswersMs = 10_000;
const customers = 256;

/**
 * Orders at a steady rate. A latency counts from the moment at which the order was due, so that a service that falls
 * behind cannot hide it by slowing its clients down. (autocannon's own rate sends each second's share at once.)
 */
export async function runOpenLoop(plan: LoadPlan & { kind: 'open' }): Promise<LoadResult> {
  const { orderUrl, perSecond, maxConnections, keepsOrders, seconds } = plan;
  const requests = new OrderRequests(plan.caller, customers);
  const tally = new Tally();
  const free: HttpConnection[] = [];
  let open = 0;
  let underWay = 0;

  const startedAt = performance.now();
  const startedAtMs = Date.now();
  const total = Math.round(perSecond * seconds);
  for (let sent = 0; sent < total; await pause(tickMs)) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * perSecond));
    for (; sent < due; sent += 1) send((sent / perSecond) * 1000);
  }
  const deadline = performance.now() + maxLastAnswersMs;
  while (underWay > 0 && performance.now() < deadline) await pause(tickMs);
  tally.errors += underWay;
  for (const connection of free) connection.close();
  return tally.end();

  function send(dueMs: number): void {
    const connection = free.pop() ?? (open < maxConnections ? connect() : undefined);
    if (!connection) {
      tally.unsent += 1;
      return;
    }
    underWay += 1;
    const { headers, body } = requests.next();
    connection.send('POST', '/api/orders', headers, body, (answer) => {
      underWay -= 1;
      if (!answer) {
        tally.errors += 1;
        open -= 1;
        return;
      }
      free.push(connection);
      const ms = performance.now() - startedAt - dueMs;
      tally.answer(answer.status, ms, { saysRetryAfter: /\r\nretry-after: /i.test(answer.head) });
      const id = keepsOrders && answer.status === 201 && /"id":"([^"]+)"/.exec(answer.body)?.[1];
      if (id) tally.order(id, startedAtMs + dueMs);
    });
  }

  function connect(): HttpConnection {
    open += 1;
    return new HttpConnection(new URL(orderUrl));
  }
}
