import { afterEach, describe, it } from '@jest/globals';
import { Stack } from '../support/stack.js';
import { FaultRun } from './fault-run.js';

let stack: Stack | undefined;

afterEach(async () => {
  await stack?.stop();
  stack = undefined;
}, 60_000);

describe('two instances of order-service on the same databases', () => {
  it('share the work by roles: one takes orders, the other carries them to their end', async () => {
    stack = await Stack.start({ environment: { ROLES: 'api' } });
    await stack.add('order-service', { ROLES: 'worker' });
    await FaultRun.under(stack, { title: 'an api and a worker', clients: 24 }, async (run) => {
      await run.untilPlaced(300);
    });
  }, 300_000);

  it('share the work as equals, also while one is killed and started again', async () => {
    stack = await Stack.start();
    const second = await stack.add('order-service');
    const urls = [stack.orderUrl, second.url];
    await FaultRun.under(stack, { title: 'two equals, one killed', clients: 24, urls }, async (run) => {
      await run.untilPlaced(300);
      await second.end('SIGKILL');
      await run.untilPlaced(100);
      await second.start();
      run.faultOver();
      await run.untilPlaced(100);
    });
  }, 300_000);
});
