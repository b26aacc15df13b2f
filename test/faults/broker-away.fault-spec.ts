import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { PrivateServers } from '../support/private-servers.js';
import { Stack } from '../support/stack.js';
import { FaultRun } from './fault-run.js';

/** Short where it runs for every change; by hand: FAULT_OUTAGE_SECONDS=30 npm run test:faults. */
const outageSeconds = Number(process.env['FAULT_OUTAGE_SECONDS'] ?? 6);

let servers: PrivateServers;
let stack: Stack;

beforeAll(async () => {
  servers = await PrivateServers.start('broker-away');
  stack = await Stack.start({ servers });
}, 180_000);

afterAll(async () => {
  await stack?.stop();
  await servers?.end();
}, 120_000);

const readiness = async (): Promise<readonly unknown[]> => {
  const response = await fetch(`${stack.orderUrl}/health/ready`);
  const { status } = (await response.json()) as { status: string };
  return [response.status, status];
};

describe('while the broker is away', () => {
  it('accepts every order at the first try and stays ready, and settles all once it is back', async () => {
    const run = await FaultRun.under(
      stack,
      { title: `broker away for ${outageSeconds} s`, clients: 16, ordersPerClient: 300 + 40 * outageSeconds },
      async (run) => {
        await servers.rabbitmq.stop();
        await eventually(async () => expect(await readiness()).toEqual([200, 'degraded']));
        await run.untilPlaced(100);
        await pause(outageSeconds * 1000);
        expect(await readiness()).toEqual([200, 'degraded']);

        await servers.rabbitmq.startAgain();
        run.faultOver();
        await run.untilPlaced(50);
      },
    );
    expect(run.load.placed.filter(({ failures }) => failures.length > 0)).toEqual([]);
  }, 400_000);

  it('gets over a broker that is killed', async () => {
    await FaultRun.under(stack, { title: 'broker killed', clients: 16 }, async (run) => {
      await servers.rabbitmq.kill();
      await run.untilPlaced(100);
      await servers.rabbitmq.startAgain();
      run.faultOver();
    });
  }, 300_000);
});
