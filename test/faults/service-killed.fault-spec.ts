import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServiceName } from '../support/service-process.js';
import { Stack } from '../support/stack.js';
import { FaultRun } from './fault-run.js';

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start();
}, 90_000);

afterAll(async () => {
  await stack?.stop();
}, 60_000);

/** SHUTDOWN_SECONDS, which the services have by default. */
const shutdownSeconds = 25;

const each: readonly ServiceName[] = ['inventory-service', 'payment-service', 'order-service'];

describe('under load', () => {
  it('each service may be killed and started again, one after the other', async () => {
    await FaultRun.under(stack, { title: 'each service killed', clients: 24 }, async (run) => {
      for (const name of each) {
        await stack.services[name].end('SIGKILL');
        await stack.services[name].start();
        run.faultOver();
        await run.untilPlaced(50);
      }
    });
  }, 300_000);

  it('all services may be killed at once', async () => {
    await FaultRun.under(stack, { title: 'all services killed at once', clients: 24 }, async (run) => {
      await Promise.all(each.map((name) => stack.services[name].end('SIGKILL')));
      await Promise.all(each.map((name) => stack.services[name].start()));
      run.faultOver();
      await run.untilPlaced(50);
    });
  }, 300_000);

  it.each(each)(
    '%s ends on SIGTERM within its bound, with code 0, and loses nothing',
    async (name) => {
      await FaultRun.under(stack, { title: `${name} asked to end`, clients: 24 }, async (run) => {
        const from = performance.now();
        await expect(stack.services[name].end('SIGTERM', shutdownSeconds * 1000)).resolves.toBe(0);
        run.note(`${name} ended ${((performance.now() - from) / 1000).toFixed(1)} s after SIGTERM`);
        await stack.services[name].start();
        run.faultOver();
        await run.untilPlaced(50);
      });
    },
    300_000,
  );
});
