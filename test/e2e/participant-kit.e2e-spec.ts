import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'amqplib';
import type { RowDataPacket } from 'mysql2';
import { declareTopology } from '#libs/messaging/broker/topology.js';
import { inventoryDuties, paymentDuties } from '../../tools/conformance/duties.js';
import { createGuardedVirtualHost, type GuardedVirtualHost } from '../support/broker.js';
import { onServer } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { ServiceProcess } from '../support/service-process.js';
import { Stack } from '../support/stack.js';

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

let stack: Stack;

/** The command line as `npm run conformance` starts it. */
const conformance = (...args: readonly string[]): Promise<Ended> => conformanceOn(stack.broker.url, ...args);

const conformanceOn = (brokerUrl: string, ...args: readonly string[]): Promise<Ended> =>
  run(['dist/tools/conformance/main.js', ...args], { brokerUrl });

const run = (args: readonly string[], { brokerUrl = '', cwd = '.' } = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { PATH: process.env['PATH'], RABBITMQ_URL: brokerUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
    child.once('close', (code) => resolve({ code, output }));
  });

/** A command for `--restart` that has the test itself restart something: it alone has the processes in hand. */
interface Restarts {
  readonly command: string;
  close(): Promise<unknown>;
}

async function restarting(restart: () => Promise<void>): Promise<Restarts> {
  const server = createServer((_, response) => {
    restart().then(
      () => response.end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const script = `fetch('http://127.0.0.1:${port}').then(({ ok }) => process.exit(ok ? 0 : 1))`;
  return {
    command: `${process.execPath} -e "${script}"`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Kills the service at a moment that the command under test knows nothing of. */
const killing = (service: ServiceProcess): Promise<Restarts> =>
  restarting(async () => {
    await service.end('SIGKILL');
    await service.start();
  });

/** How many messages a service has in its outbox. */
const unsent = (database: string): Promise<number> =>
  onServer(async (server) => {
    const [rows] = await server.query<RowDataPacket[]>('SELECT COUNT(*) AS count FROM outbox');
    return Number(rows[0]?.['count']);
  }, stack.databases.url(database));

const inventory = ['--queue', 'inventory.commands', '--sku', 'BEECH-COUNTER', '--stock', '1500'];

beforeAll(async () => {
  stack = await Stack.start({ starting: ['inventory-service', 'payment-service'] });
}, 90_000);

afterAll(() => stack.stop(), 60_000);

describe('the conformance test', () => {
  it('finds that inventory-service does every duty', async () => {
    const restarts = await killing(stack.services['inventory-service']);
    const { code, output } = await conformance(...inventory, '--restart', restarts.command);
    await restarts.close();
    expect(output).toContain(`${inventoryDuties.length} passed, 0 failed`);
    expect(output).not.toContain('FAILED');
    expect(code).toBe(0);
  }, 150_000);

  it('finds that payment-service does every duty', async () => {
    const restarts = await killing(stack.services['payment-service']);
    const { code, output } = await conformance('--queue', 'payment.commands', '--restart', restarts.command);
    await restarts.close();
    expect(output).toContain(`${paymentDuties.length} passed, 0 failed`);
    expect(output).not.toContain('FAILED');
    expect(code).toBe(0);
  }, 150_000);

  it('leaves nothing behind: no stock held, no message in any queue', async () => {
    const model = await connect(stack.broker.url);
    const channel = await model.createChannel();
    const replies = ['order-service.replies', 'order-service.reconciliation'];
    // What a service had sent and not struck off when it was killed comes once more when its lease is over: the runs are, too.
    await eventually(async () => {
      for (const name of ['inventory', 'payments']) expect(await unsent(name)).toBe(0);
    }, 60_000);
    for (const queue of replies) await channel.purgeQueue(queue);
    // What was in stock before is in stock now, or the first would fail.
    for (const args of [inventory, ['--queue', 'payment.commands']])
      await expect(conformance(...args)).resolves.toMatchObject({ code: 0 });
    const queues = ['inventory.commands', 'payment.commands', ...replies];
    await eventually(async () => {
      for (const name of queues.flatMap((queue) => [queue, `${queue}.parked`])) {
        await expect(channel.checkQueue(name)).resolves.toMatchObject({ queue: name, messageCount: 0 });
      }
    }, 10_000);
    await model.close();
  }, 180_000);

  it('says in JSON what came instead, and ends with 1', async () => {
    const args = ['--queue', 'inventory.commands', '--sku', 'SOLD-OUT', '--stock', '10'];
    const { code, output } = await conformance(...args, '--only', 'reserve', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      queue: 'inventory.commands',
      findings: [{ name: 'reserve', outcome: 'failed', came: expect.stringContaining('0') }],
    });
  }, 30_000);

  it.each([
    ['nothing said', [], '--queue'],
    ['no product', ['--queue', 'inventory.commands'], '--sku and --stock'],
    ['an unknown duty', ['--queue', 'payment.commands', '--only', 'be-nice'], 'No duty is called be-nice'],
    ['no broker', ['--queue', 'payment.commands', '--broker', 'amqp://127.0.0.1:1'], 'cannot be reached'],
  ])('ends with 2: %s', async (_, args, why) => {
    const { code, output } = await conformance(...args);
    expect(output).toContain(why);
    expect(code).toBe(2);
  });

  it('refuses a broker where somebody reads the replies', async () => {
    const model = await connect(stack.broker.url);
    await declareTopology(model);
    const channel = await model.createChannel();
    await channel.consume('order-service.replies', () => undefined, { noAck: true });
    const { code, output } = await conformance('--queue', 'payment.commands');
    await model.close();
    expect(output).toContain('Somebody reads order-service.replies');
    expect(code).toBe(2);
  });
});

describe('the stand-in for order-service', () => {
  it('carries orders to their ends with both services, through losses, duplicates and delays', async () => {
    const orders = ['--orders', '20', '--per-second', '40', '--sku', 'BEECH-LADDER', '--token', 'tok_ok'];
    const { code, output } = await run(
      [
        'dist/tools/stand-in/main.js',
        ...orders,
        '--token',
        'tok_declined',
        '--cancel',
        '0.3',
        '--hurry',
        '20',
      ],
      { brokerUrl: stack.broker.url },
    );
    expect(output).not.toContain('PARKED');
    expect(output).not.toContain('has not ended');
    expect(code).toBe(0);
  }, 150_000);
});

describe('the kit as a folder', () => {
  it('has a conformance test and a stand-in that run from there, and links that lead somewhere', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kit-'));
    try {
      await expect(run(['scripts/kit.mjs', folder])).resolves.toMatchObject({ code: 0 });
      await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'));
      const inFolder = { brokerUrl: stack.broker.url, cwd: folder };
      const only = ['--queue', 'payment.commands', '--only', 'refund-first'];
      const { output } = await run(['dist/tools/conformance/main.js', ...only], inFolder);
      expect(output).toContain('1 passed, 0 failed');
      const help = await run(['dist/tools/stand-in/main.js', '--help'], inFolder);
      expect(help.output).toContain('Usage: npm run stand-in');
      const page = await readFile(path.join(folder, 'README.md'), 'utf8');
      const targets = [...page.matchAll(/\]\(([^):]+)\)/g)].map(([, target = '']) => target);
      expect(targets.length).toBeGreaterThan(5);
      expect(targets.filter((target) => !existsSync(path.join(folder, target)))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);

  it('does not write over what is there', async () => {
    const { code, output } = await run(['scripts/kit.mjs', 'docs']);
    expect(output).toContain('is not empty');
    expect(code).toBe(1);
  });
});

describe('the example participants, which have nothing of ours', () => {
  let broker: GuardedVirtualHost;
  let journals: string;
  const running = new Map<string, ChildProcess>();
  const users = { 'inventory.mjs': 'inventory-service', 'payment.mjs': 'payment-service' } as const;
  /** With the rights that our own has in its place, and no more. */
  const start = (file: keyof typeof users): void => {
    const url = broker.serviceUrls[users[file]];
    const args = [`kit/examples/javascript/${file}`, url, path.join(journals, file)];
    running.set(file, spawn(process.execPath, args, { stdio: 'inherit' }));
  };
  const kill = async (file: string): Promise<void> => {
    const child = running.get(file);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };

  beforeAll(async () => {
    broker = await createGuardedVirtualHost();
    journals = await mkdtemp(path.join(tmpdir(), 'journals-'));
  });

  afterAll(async () => {
    for (const file of running.keys()) await kill(file);
    await broker.drop();
    await rm(journals, { recursive: true });
  });

  it.each([
    [
      'inventory.mjs',
      ['--queue', 'inventory.commands', '--sku', 'OAK-TABLE', '--stock', '1000'],
      inventoryDuties,
    ],
    ['payment.mjs', ['--queue', 'payment.commands'], paymentDuties],
  ] as const)(
    '%s does every duty',
    async (file, args, duties) => {
      start(file);
      const restarts = await restarting(async () => {
        await kill(file);
        start(file);
      });
      const { output } = await eventually(async () => {
        const ended = await conformanceOn(broker.url, ...args, '--restart', restarts.command);
        if (ended.output.includes('Nobody reads')) throw new Error(ended.output);
        return ended;
      }, 30_000);
      await restarts.close();
      expect(output).not.toContain('FAILED');
      expect(output).toContain(`${duties.length} passed, 0 failed`);
    },
    150_000,
  );
});
