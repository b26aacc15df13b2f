import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Counts, SystemUnderTest } from './system-under-test.js';
import { freePort, NodeProcess } from './node-process.js';
import type { Places } from './servers.js';
import type { OutputFolders } from './services-under-test.js';

const maxIdleWaitMs = 300_000;
const pollMs = 100;

const answer = z.object({ accepted: z.number(), completed: z.number(), groups: z.number() });

/** bench/floor in three processes, on databases that the services have made and left. */
export class FloorUnderTest implements SystemUnderTest {
  readonly name = 'floor';
  readonly caller = { by: 'header' } as const;
  private readonly running: NodeProcess[] = [];

  private constructor(
    readonly places: Places,
    readonly orderUrl: string,
  ) {}

  static async open(places: Places, folders: OutputFolders): Promise<FloorUnderTest> {
    const port = await freePort();
    const floor = new FloorUnderTest(places, `http://127.0.0.1:${port}`);
    const { databases, brokerUrl } = places;
    const roles = {
      inventory: { DATABASE_URL: databases.inventory },
      payment: { DATABASE_URL: databases.payments },
      order: { DATABASE_URL: databases.orders, READ_DATABASE_URL: databases.ordersRead, PORT: String(port) },
    };
    try {
      for (const [role, environment] of Object.entries(roles)) {
        const process = NodeProcess.start({
          name: `floor-${role}`,
          file: 'bench/floor/main.js',
          args: [role],
          environment: { NODE_ENV: 'production', RABBITMQ_URL: brokerUrl, ...environment },
          logFolder: folders.logs,
          ...(folders.profiles && { profileFolder: folders.profiles }),
        });
        floor.running.push(process);
        await process.message(); // it is ready
      }
    } catch (error) {
      await floor.end();
      throw error;
    }
    return floor;
  }

  get processes(): SystemUnderTest['processes'] {
    return this.running.map(({ name, pid }) => ({ name, pid }));
  }

  async counts(): Promise<Counts> {
    for (const process of this.running) process.assertRunning();
    const response = await fetch(this.orderUrl, { signal: AbortSignal.timeout(30_000) });
    const { accepted, completed, groups } = answer.parse(await response.json());
    return {
      atMs: Date.now(),
      accepted,
      begunSagas: accepted,
      endedSagas: completed,
      messagesPublished: 0,
      messagesHandled: 0,
      groups: { 'floor-order': { units: accepted, groups } },
      eventLoopDelayMs: {},
    };
  }

  async untilIdle(): Promise<Counts> {
    const deadline = performance.now() + maxIdleWaitMs;
    for (;;) {
      const counts = await this.counts();
      if (counts.endedSagas >= counts.begunSagas) return counts;
      if (performance.now() > deadline)
        throw new Error(`the floor is at work ${maxIdleWaitMs} ms after the last order`);
      await pause(pollMs);
    }
  }

  /** It keeps no timeline and no ledger: that every order was completed, once, is all that can be said of it. */
  async violations(): Promise<string[]> {
    const { accepted, endedSagas } = await this.counts();
    return accepted === endedSagas
      ? []
      : [`the floor accepted ${accepted} orders and completed ${endedSagas}`];
  }

  async end(): Promise<void> {
    await Promise.all(this.running.map((process) => process.end()));
    await this.places.drop();
  }
}
