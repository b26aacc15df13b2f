import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { OrderClient, orderFor, type Problem } from '../support/order-client.js';
import { seeded } from '../support/random.js';
import { ChaosStack } from './chaos/chaos-stack.js';
import { deeds, notMet } from './chaos/deeds.js';
import type { FaultKind } from './chaos/fault-plan.js';
import { FaultRun, type FaultRunOptions } from './fault-run.js';
import { freezeWithRows, thawWithRows } from './frozen-holder.js';

/** Each kind of fault that once stopped the shop for everybody, by itself; all kinds at random: chaos.fault-spec.ts. */

let chaos: ChaosStack;

beforeAll(async () => {
  chaos = await ChaosStack.start('what-stops-a-shop');
}, 240_000);

afterAll(async () => {
  await chaos?.stop();
  await chaos?.servers.end();
}, 120_000);

const under = (
  title: string,
  faults: (run: FaultRun) => Promise<void>,
  options: Partial<FaultRunOptions> = {},
): Promise<FaultRun> =>
  FaultRun.under(
    chaos.stack,
    { title, clients: 10, ordersPerClient: Infinity, urls: chaos.urls, endsWithinMs: 60_000, ...options },
    faults,
  );

/** @throws when what was to be broken was not there. */
async function breakIt(run: FaultRun, kind: FaultKind, target: string, lastsMs: number): Promise<void> {
  const outcome = await deeds[kind]({ chaos, run, target, lastsMs, random: seeded(run.seed) });
  expect(outcome).not.toBe(notMet);
  run.faultOver();
}

const tooLongMs = 240_000;

interface Timeline {
  readonly items: readonly { readonly kind: string }[];
}

/** The server ends a transaction that is idle for 10 s. */
const longerThanIdleMs = 12_000;

describe('lines to the database that are lost without notice', () => {
  it(
    'do not stop order-service, nor what it has to send, when all are lost',
    async () => {
      await under('all lines lost', async (run) => {
        const lines = ['order-service', 'order-service 2'].map((name) => chaos.line(`${name} to database`));
        for (const line of lines) {
          expect(line.lose()).toBeGreaterThan(0);
          line.accept();
        }
        run.faultOver();
        await run.untilPlaced(50);
      });
    },
    tooLongMs,
  );

  it(
    'cost the group of a COMMIT, and no later one',
    async () => {
      await under('a line lost at a COMMIT', async (run) => {
        await breakIt(run, 'database line lost at a COMMIT', 'order-service to database', 10_000);
        await run.untilPlaced(50);
      });
    },
    tooLongMs,
  );
});

describe('an instance that is frozen while it holds rows', () => {
  it(
    'does not stop the others',
    async () => {
      const [first] = chaos.urls;
      await under(
        'an instance frozen with rows',
        async (run) => {
          const [service, line] = [
            chaos.service('order-service 2'),
            chaos.line('order-service 2 to database'),
          ];
          await freezeWithRows(service, line);
          await Promise.all([run.untilPlaced(100), pause(longerThanIdleMs)]);
          thawWithRows(service, line);
          run.faultOver();
        },
        { urls: [first!] },
      );
    },
    tooLongMs,
  );
});

describe('a participant that is silent for longer than sagas have patience', () => {
  it(
    'has the orders placed meanwhile rejected, and costs nothing else',
    async () => {
      const { failures } = await under(
        'inventory silent',
        async (run) => {
          const silent = ['inventory-service', 'inventory-service 2'].map((name) => chaos.service(name));
          for (const service of silent) service.freeze();
          const { id } = await run.placeOwn('patient', orderFor('OAK-TABLE'));
          const client = new OrderClient(chaos.urls[0]!, chaos.stack.token('patient'));
          await eventually(async () => {
            const { body } = await client.get<Timeline>(`/api/orders/${id}/timeline`);
            expect(body.items.map(({ kind }) => kind)).toContain('given-up');
          }, 60_000);
          for (const service of silent) service.thaw();
          run.faultOver();
          expect(await client.settled(id, 30_000)).toMatchObject({
            status: 'REJECTED',
            reason: { code: 'inventory-timeout' },
          });
        },
        { thinkMs: 2_000 },
      );
      expect(failures).toEqual([]);
    },
    tooLongMs,
  );
});

describe('a caller who takes all there is', () => {
  it.each<FaultKind>([
    'caller waits',
    'caller withholds bodies',
    'caller leaves answers unread',
    'caller bursts',
  ])(
    'costs nobody else an order: %s',
    async (kind) => {
      const { failures } = await under(kind, async (run) => {
        await breakIt(run, kind, 'greedy caller', 8_000);
      });
      expect(failures).toEqual([]);
    },
    tooLongMs,
  );
});

describe('confirms that come later than they are waited for', () => {
  it(
    'count: every order is accepted, and nothing is sent for ever',
    async () => {
      const { failures } = await under('confirms late', async (run) => {
        await breakIt(run, 'broker line confirms late', 'order-service to broker', 18_000);
      });
      expect(failures).toEqual([]);
    },
    tooLongMs,
  );
});

describe('a database that is frozen', () => {
  it(
    'is reported to callers in time, and all goes on once it is thawed',
    async () => {
      await under('database frozen', async (run) => {
        const { id, customer } = run.load.placed[0]!;
        const frozen = breakIt(run, 'database frozen', 'database', 9_000);
        const client = new OrderClient(chaos.urls[0]!, chaos.stack.token(customer));
        const answers = await Promise.all(
          [`/api/orders/${id}`, `/api/orders/${id}/timeline`, `/api/orders/history/${customer}`].map((path) =>
            client.get<Problem>(path),
          ),
        );
        expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
          Array(3).fill([503, 'unavailable']),
        );
        await frozen;
        await run.untilPlaced(50);
      });
    },
    tooLongMs,
  );
});
