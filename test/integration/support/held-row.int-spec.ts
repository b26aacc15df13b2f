import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { holdRow } from '../../../tools/faults/held-row.js';
import { createTestDatabases, onServer, type TestDatabases } from '../../support/database.js';

let databases: TestDatabases;

beforeAll(async () => {
  databases = await createTestDatabases(['rows']);
  await ask('CREATE TABLE things (name VARCHAR(9) PRIMARY KEY, value INT) ENGINE = InnoDB');
  await ask("INSERT INTO things VALUES ('a', 1), ('b', 2), ('c', 3)");
});

afterAll(() => databases.drop());

const ask = (sql: string): Promise<unknown> =>
  onServer(async (server) => (await server.query(sql))[0], databases.url('rows'));

const free = () => ask('SELECT name FROM things ORDER BY name FOR UPDATE SKIP LOCKED');

it('holds the one row that is asked for, and no other, until it is released', async () => {
  const held = await holdRow(databases.url('rows'), {
    table: 'things',
    key: 'name',
    which: 'ORDER BY value DESC',
  });
  expect(await free()).toEqual([{ name: 'a' }, { name: 'b' }]);
  await held!.release();
  expect(await free()).toHaveLength(3);
});

it('holds nothing where there is no such row, and fails on what is no SQL', async () => {
  const row = { table: 'things', key: 'name' };
  expect(await holdRow(databases.url('rows'), { ...row, which: 'WHERE value > 3' })).toBeNull();
  await expect(holdRow(databases.url('rows'), { ...row, which: 'WHERE' })).rejects.toThrow('syntax');
});
