import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { OrderClient, orderFor, type Problem } from '../support/order-client.js';
import { PrivateServers } from '../support/private-servers.js';
import { Stack } from '../support/stack.js';
import { littleRoom, logged, logStatements, takeAllRoom } from '../support/failing-server.js';
import { FaultRun } from './fault-run.js';

/** Longer than all that a consumer tries at once. */
const lastsMs = 6_000;

let servers: PrivateServers;
let stack: Stack;

beforeAll(async () => {
  servers = await PrivateServers.start('database-failing', [...littleRoom, ...logged]);
  stack = await Stack.start({ servers });
}, 180_000);

afterAll(async () => {
  await stack?.stop();
  await servers?.end();
}, 120_000);

describe.each([
  ['has no room for tables', takeAllRoom, ['503']],
  // Sessions are ended so that others begin, and some of them at a COMMIT.
  ['logs statements', logStatements, ['503', '500 outcome-unknown']],
] as const)('a database that %s', (how, fail, outcomes) => {
  it('has orders come again, and all goes on when that is put right', async () => {
    const run = await FaultRun.under(
      stack,
      { title: `the database ${how}`, clients: 10, ordersPerClient: Infinity, endsWithinMs: 60_000 },
      async (run) => {
        const mend = await fail(servers.database.url);
        const client = new OrderClient(stack.orderUrl, stack.token('patient'));
        await eventually(async () => {
          const { status, headers, body } = await client.place<Problem>(orderFor('OAK-TABLE'));
          expect([status, headers.get('retry-after'), body.code]).toEqual([503, '2', 'unavailable']);
        });
        await pause(lastsMs);
        await mend();
        run.faultOver();
        await run.untilPlaced(50);
      },
    );
    expect(outcomes).toEqual(expect.arrayContaining([...new Set(run.failures)]));
    const operator = new OrderClient(stack.orderUrl, stack.token('op-1', ['operator']));
    const { body } = await operator.get<{ items: unknown[] }>('/api/admin/sagas?status=needs-attention');
    expect(body.items).toEqual([]);
  }, 300_000);
});
