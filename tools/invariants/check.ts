import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { violationsOf } from './invariants.js';
import { readQueues } from './read-queues.js';
import { readSnapshot, type DatabaseUrls } from './read-snapshot.js';

const environment = z.object({
  ORDERS_DATABASE_URL: z.url(),
  READ_DATABASE_URL: z.url(),
  INVENTORY_DATABASE_URL: z.url(),
  PAYMENTS_DATABASE_URL: z.url(),
  RABBITMQ_URL: z.url().optional(),
});

/** How long work that was begun may take to end. */
const maxWaitMs = 60_000;

export interface Servers {
  readonly databases: DatabaseUrls;
  readonly brokerUrl?: string;
}

/** The servers as the environment of a stack names them. @throws Error naming what is missing. */
export function serversFrom(variables: NodeJS.ProcessEnv): Servers {
  const found = environment.parse(variables);
  return {
    databases: {
      orders: found.ORDERS_DATABASE_URL,
      ordersRead: found.READ_DATABASE_URL,
      inventory: found.INVENTORY_DATABASE_URL,
      payments: found.PAYMENTS_DATABASE_URL,
    },
    ...(found.RABBITMQ_URL === undefined ? {} : { brokerUrl: found.RABBITMQ_URL }),
  };
}

/**
 * Checks again until nothing is violated, or until time is up: work that is under way ends by itself, a violation stays.
 * @returns the violations of the last check.
 */
export async function checkEventually(servers: Servers, withinMs = maxWaitMs): Promise<string[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const from = performance.now();
    const violations = await check(servers);
    if (violations.length === 0 || performance.now() > deadline) return violations;
    // It reads all that there is: what is under way is to get its turn, too.
    await sleep(Math.max(250, 3 * (performance.now() - from)));
  }
}

async function check({ databases, brokerUrl }: Servers): Promise<string[]> {
  const snapshot = await readSnapshot(databases);
  return violationsOf(
    brokerUrl === undefined ? snapshot : { ...snapshot, queued: await readQueues(brokerUrl) },
  );
}
