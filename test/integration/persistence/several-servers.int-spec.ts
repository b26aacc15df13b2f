import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openPoolBeside } from '#libs/persistence/database/data-source.js';
import { classify } from '#libs/persistence/database/database-errors.js';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import { endServersBelow } from '../../../scripts/provision/end-servers.mjs';
import { findMariadb, startMariadb } from '../../../scripts/provision/mariadb.mjs';
import { eventually } from '../../support/eventually.js';
import { onServer } from '../../support/database.js';
import { PrivateServer } from '../../support/private-servers.js';

jest.setTimeout(60_000);

const folder = path.resolve('.data/test/several-servers');
const password = 'secret-of-both';

let one: PrivateServer;
let two: PrivateServer;
let statements: DataSource;
let groups: DataSource;

const start = (name: string): Promise<PrivateServer> =>
  PrivateServer.start(path.join(folder, name, 'mariadb'), (place) =>
    startMariadb(place, findMariadb()!, { password }),
  );

const portOf = (server: PrivateServer): number => Number(new URL(server.url).port);
const url = (): string => `mysql://root:${password}@127.0.0.1:${portOf(one)},127.0.0.1:${portOf(two)}/orders`;

const setReadOnly = (server: PrivateServer, readOnly: 0 | 1): Promise<void> =>
  onServer(async (admin) => void (await admin.query(`SET GLOBAL read_only = ${readOnly}`)), server.url);

async function open(): Promise<void> {
  statements = await openDatabase({ url: url(), rows: [], migrations: [] });
  groups = await openPoolBeside(statements, 3, 'groups');
}

/** Where as many connections of both pools as there can be lead. */
async function used(): Promise<number[]> {
  const ask = (source: DataSource) => source.query<{ port: number }[]>('SELECT @@port AS port, SLEEP(0.05)');
  const rows = await Promise.all([1, 2, 3].flatMap(() => [ask(statements), ask(groups)]));
  return [...new Set(rows.map(([row]) => Number(row!.port)))];
}

const leadsTo = (server: PrivateServer): Promise<void> =>
  eventually(async () => expect(await used()).toEqual([portOf(server)]), 20_000);

beforeAll(async () => {
  await endServersBelow(folder);
  rmSync(folder, { recursive: true, force: true });
  [one, two] = await Promise.all([start('one'), start('two')]);
  for (const { url: server } of [one, two]) {
    await onServer(async (admin) => void (await admin.query('CREATE DATABASE orders')), server);
  }
}, 60_000);

afterAll(async () => {
  await endServersBelow(folder);
  rmSync(folder, { recursive: true, force: true });
});

describe('a database with several servers', () => {
  beforeEach(async () => {
    await setReadOnly(one, 0);
    await setReadOnly(two, 0);
  });

  afterEach(async () => {
    await groups.destroy();
    await statements.destroy();
  });

  it('is the first that takes writes', async () => {
    await open();
    expect(await used()).toEqual([portOf(one)]);
    await groups.destroy();
    await statements.destroy();
    await setReadOnly(one, 1);
    await open();
    expect(await used()).toEqual([portOf(two)]);
  });

  it('is the first that answers where none takes writes, as replicas', async () => {
    await setReadOnly(one, 1);
    await setReadOnly(two, 1);
    await open();
    expect(await used()).toEqual([portOf(one)]);
    await setReadOnly(two, 0);
    await leadsTo(two);
  });

  it('moves when the writer becomes read-only, and leaves no connection behind', async () => {
    await open();
    const before = statements.query('SELECT SLEEP(20)').catch(classify);
    await setReadOnly(one, 1);
    await leadsTo(two);
    await expect(before).resolves.toMatchObject({ name: 'ConnectionLost' });
    const left = await onServer(async (admin) => {
      // But for the SLEEP, whose end the server notices when it wants to answer.
      const [rows] = await admin.query(
        "SELECT 1 FROM information_schema.processlist WHERE db = 'orders' AND command = 'Sleep'",
      );
      return rows as unknown[];
    }, one.url);
    expect(left).toEqual([]);
  });

  it('stays where it is when that comes back, and while the other takes no writes', async () => {
    await setReadOnly(two, 1);
    await open();
    await setReadOnly(one, 1);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await used()).toEqual([portOf(one)]);
    await setReadOnly(two, 0);
    await leadsTo(two);
    await setReadOnly(one, 0);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await used()).toEqual([portOf(two)]);
  });

  it('moves when the writer stands still', async () => {
    await open();
    const before = statements.query('SELECT SLEEP(0.1)');
    await before;
    one.freeze();
    try {
      await leadsTo(two);
    } finally {
      one.thaw();
    }
  });

  it('moves when the writer is killed, and starts without it', async () => {
    await open();
    await one.kill();
    try {
      await leadsTo(two);
      await groups.destroy();
      await statements.destroy();
      await open();
      expect(await used()).toEqual([portOf(two)]);
    } finally {
      await one.startAgain();
    }
  });
});
