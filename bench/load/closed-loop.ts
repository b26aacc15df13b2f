import autocannon from 'autocannon';
import type { LoadPlan, LoadResult } from './load.js';
import { OrderRequests } from './order-requests.js';
import { Tally } from './tally.js';

/** Clients that place one order after the other. */
export async function runClosedLoop(plan: LoadPlan & { kind: 'closed' }): Promise<LoadResult> {
  const requests = new OrderRequests(plan.caller, plan.connections);
  const tally = new Tally();
  const run = autocannon({
    url: plan.orderUrl,
    connections: plan.connections,
    duration: plan.seconds,
    requests: [
      {
        method: 'POST',
        path: '/api/orders',
        setupRequest: (request) => ({ ...request, ...requests.next() }),
      },
    ],
  });
  void run.on('response', (_, status, __, ms) => tally.answer(status, ms));
  void run.on('reqError', () => (tally.errors += 1));
  await run;
  return tally.end();
}
