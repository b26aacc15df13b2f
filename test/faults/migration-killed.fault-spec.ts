import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createDataSource } from '#libs/persistence/database/data-source.js';
import { dumpSchema } from '#libs/persistence/database/schema-dump.js';
import { Lines } from '../../tools/faults/lines.js';
import type { TcpProxy } from '../../tools/faults/tcp-proxy.js';
import { PrivateServers } from '../support/private-servers.js';
import { pick, seeded, type Random } from '../support/random.js';
import type { ServiceProcess } from '../support/service-process.js';
import { Stack } from '../support/stack.js';

/** Short where it runs for every change; by hand: FAULT_KILLS=20 npm run test:faults -- migration-killed. */
const maxKills = Number(process.env['FAULT_KILLS'] ?? 4);

let servers: PrivateServers;
let lines: Lines;
let stack: Stack;
let service: ServiceProcess;
let line: TcpProxy;
let random: Random;

beforeEach(async () => {
  const seed = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`a migration is killed: FAULT_SEED=${seed}\n`);
  random = seeded(seed);
  servers = await PrivateServers.start('migration-killed');
  lines = new Lines();
  stack = await Stack.start({ servers, through: lines.through, starting: [] });
  service = stack.services['order-service'];
  line = lines.line('order-service to database');
}, 180_000);

afterEach(async () => {
  await stack?.stop();
  await lines?.close();
  await servers?.end();
}, 120_000);

/** Text that a client sends, for so many times. */
interface Place {
  readonly text: string;
  readonly times: number;
}

const note = 'INTO migration_steps';

/** Statements of migrations, and the note that follows each of them; no start gets far, so that there are several. */
const somewhere = (): Place =>
  pick(random, [
    { text: 'CREATE TABLE', times: upTo(3) },
    { text: 'ALTER TABLE', times: upTo(3) },
    { text: note, times: upTo(10) },
  ]);

const upTo = (most: number): number => 1 + Math.floor(random() * most);

/**
 * Starts order-service again and again, until one gets through, or enough have been killed. @param killAt resolves when the start has come to a
 * place and is over. @param afterwards has everything as it should be for the next start.
 */
async function startUntilReady(
  killAt: (place: Place) => Promise<void>,
  afterwards: () => Promise<void>,
): Promise<void> {
  // In the middle of a migration, the first time.
  let place: Place = { text: note, times: 3 };
  for (let kills = 0; kills < maxKills; kills += 1) {
    const killed = killAt(place).then(() => true);
    const starting = service.start().then(
      () => false,
      () => true,
    );
    if (!(await Promise.race([killed, starting]))) {
      process.stdout.write(`  ready after ${kills} kills\n`);
      return;
    }
    place = somewhere();
    await service.end('SIGKILL');
    await starting;
    line.forgetPlan();
    await afterwards();
  }
  await service.start();
}

async function expectWhole(): Promise<void> {
  for (const [name, folder] of [
    ['orders', 'orders'],
    ['orders_read', 'orders-read'],
  ] as const) {
    const settings = { url: stack.databases.url(name), rows: [], migrations: [] };
    const source = await (await createDataSource(settings)).initialize();
    try {
      const file = path.resolve('migrations', folder, 'schema.sql');
      expect(await dumpSchema(source)).toBe(readFileSync(file, 'utf8'));
      expect(await source.query("SHOW TABLES LIKE 'migration\\_steps'")).toEqual([]);
    } finally {
      await source.destroy();
    }
  }
  expect(service.warnings().join('\n')).toMatch(/was left half done, after \d+ statements; it goes on/);
}

describe('a migration', () => {
  it('whose process is killed at any statement is gone on with by the next start, which says so', async () => {
    await startUntilReady(
      ({ text, times }) => line.loseAt(text, pick(random, ['before', 'after'] as const), times),
      async () => line.endServerSides(),
    );
    await expectWhole();
  }, 600_000);

  it('whose server is killed in the middle of a statement is gone on with, too', async () => {
    await startUntilReady(
      async ({ text, times }) => {
        await line.holdAt(text, times);
        line.heal();
        await servers.database.kill();
      },
      () => servers.database.startAgain(),
    );
    await expectWhole();
  }, 600_000);
});
