import { setTimeout as pause } from 'node:timers/promises';
import autocannon from 'autocannon';
import { readFigures, type Figures } from './figures.js';
import type { Shop } from './shop.js';

export interface LoadOptions {
  readonly clients: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

export interface LoadResult {
  readonly acceptedPerSecond: number;
  /** Orders whose saga ended during the run: a backlog that is worked off later does not count. */
  readonly settledPerSecond: number;
  readonly acceptP50Ms: number;
  readonly acceptP99Ms: number;
  /** Answers that were not 2xx, and broken connections. */
  readonly failed: number;
  /** Sagas that had not ended when the run did, and how long they took then. */
  readonly backlog: number;
  readonly drainSeconds: number;
  /** Mean, by service and database. */
  readonly groupSize: Readonly<Record<string, number>>;
  /** Per settled order, by service. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

const drainMs = 300_000;

/** Clients that place one order after the other, for so many seconds. */
export async function runLoad(shop: Shop, options: LoadOptions): Promise<LoadResult> {
  await place(shop, options.clients, options.warmUpSeconds);
  const before = await readFigures(process.env);
  const answers = await place(shop, options.clients, options.seconds);
  const after = await readFigures(process.env);
  const drained = await untilDrained();
  const seconds = (after.atMs - before.atMs) / 1000;
  const settled = after.endedSagas - before.endedSagas;
  return {
    acceptedPerSecond: (after.placed - before.placed) / seconds,
    settledPerSecond: settled / seconds,
    acceptP50Ms: answers.latency.p50,
    acceptP99Ms: answers.latency.p99,
    failed: answers.non2xx + answers.errors,
    backlog: after.begunSagas - after.endedSagas,
    drainSeconds: (drained.atMs - after.atMs) / 1000,
    groupSize: groupSizes(before, after),
    cpuMs: Object.fromEntries(
      [...after.cpuSeconds].map(([service, cpu]) => [
        service,
        ((cpu - before.cpuSeconds.get(service)!) / settled) * 1000,
      ]),
    ),
  };
}

const place = (shop: Shop, connections: number, duration: number): ReturnType<typeof autocannon> =>
  autocannon({
    url: shop.orderUrl,
    connections,
    duration,
    requests: [
      {
        method: 'POST',
        path: '/api/orders',
        setupRequest: (request) => ({ ...request, ...shop.nextRequest(connections) }),
      },
    ],
  });

async function untilDrained(): Promise<Figures> {
  const deadline = performance.now() + drainMs;
  for (;;) {
    const figures = await readFigures(process.env);
    if (figures.endedSagas === figures.begunSagas) return figures;
    if (performance.now() > deadline) throw new Error(`sagas are running ${drainMs} ms after the last order`);
    await pause(100);
  }
}

function groupSizes(before: Figures, after: Figures): Record<string, number> {
  return Object.fromEntries(
    [...after.groups].map(([database, { units, groups }]) => {
      const earlier = before.groups.get(database) ?? { units: 0, groups: 0 };
      return [database, (units - earlier.units) / (groups - earlier.groups)];
    }),
  );
}
