import autocannon, { type Request } from 'autocannon';
import type { LoadPlan, LoadResult } from './load.js';
import { OrderRequests } from './order-requests.js';
import { Tally } from './tally.js';

type Closed = LoadPlan & { kind: 'closed' };

/** Clients that place one order after the other, and readers who look at the first page of their orders. */
export async function runClosedLoop(plan: Closed): Promise<LoadResult> {
  const { caller, connections, readers = 0 } = plan;
  const requests = new OrderRequests(caller, connections);
  const [orders, reads] = [new Tally(), new Tally()];
  await Promise.all([
    repeat(plan, connections, orders, { method: 'POST', path: '/api/orders' }, () => requests.next()),
    repeat(plan, readers, reads, { method: 'GET', path: '/' }, () => requests.nextHistory()),
  ]);
  const { answers, errors } = reads.end();
  return { ...orders.end(), reads: { answers, errors } };
}

async function repeat(
  { orderUrl: url, seconds: duration }: Closed,
  connections: number,
  tally: Tally,
  request: Request,
  next: () => Partial<Request>,
): Promise<void> {
  if (connections === 0) return;
  const setupRequest = (plain: Request): Request => ({ ...plain, ...next() });
  const run = autocannon({ url, connections, duration, requests: [{ ...request, setupRequest }] });
  void run.on('response', (_, status, __, ms) => tally.answer(status, ms));
  void run.on('reqError', () => (tally.errors += 1));
  await run;
}
