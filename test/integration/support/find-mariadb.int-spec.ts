import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findMariadb } from '../../../scripts/provision/mariadb.mjs';

const folder = path.resolve('.data/test/find-mariadb');
const usual = process.env['PATH'];

const program = (directory: string, name: string): void => {
  mkdirSync(path.join(folder, directory), { recursive: true });
  writeFileSync(path.join(folder, directory, name), '', { mode: 0o755 });
};

const onPath = (...directories: string[]): void => {
  process.env['PATH'] = directories.map((name) => path.join(folder, name)).join(path.delimiter);
};

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  program('mysql', 'mysqld');
  program('mariadb', 'mariadbd');
  program('mariadb', 'mariadb-install-db');
  symlinkSync('mariadbd', path.join(folder, 'mariadb', 'mysqld'));
  mkdirSync(path.join(folder, 'link'));
  symlinkSync('../mariadb/mariadbd', path.join(folder, 'link', 'mysqld'));
});

afterEach(() => {
  process.env['PATH'] = usual;
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  [['mysql', 'mariadb'], 'mysql/mysqld', 'mysql'],
  [['mariadb', 'mysql'], 'mariadb/mariadbd', 'mariadb'],
  [['link', 'mysql'], 'link/mysqld', 'mariadb'],
])('The database server of a machine is the first of the PATH: %j', (directories, server, engine) => {
  onPath(...directories);
  expect(findMariadb()).toMatchObject({ server: path.join(folder, server), engine });
});
