import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { PrivateServers } from '../support/private-servers.js';
import { Stack } from '../support/stack.js';
import { FaultRun } from './fault-run.js';

let servers: PrivateServers;
let stack: Stack;

beforeAll(async () => {
  servers = await PrivateServers.start('database-killed');
  stack = await Stack.start({ servers });
}, 180_000);

afterAll(async () => {
  await stack?.stop();
  await servers?.end();
}, 120_000);

describe('when the database is killed under load', () => {
  it.each([
    ['and is back at once', 0],
    ['and stays away for longer than requests wait', 12],
  ])(
    '%s, keeps every accepted order, and repeated keys make one order each',
    async (how, awaySeconds) => {
      await FaultRun.under(stack, { title: `database killed ${how}`, clients: 32 }, async (run) => {
        await servers.database.kill();
        await pause(awaySeconds * 1000);
        await servers.database.startAgain();
        run.faultOver();
        await run.untilPlaced(100);
      });
    },
    300_000,
  );
});
