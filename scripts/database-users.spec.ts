import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import yaml from 'yaml';
import { rights } from './lib/create-users.mjs';

interface Compose {
  readonly services: Readonly<Record<string, { readonly environment?: Readonly<Record<string, string>> }>>;
}

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const { services } = yaml.parse(read('docker-compose.yml')) as Compose;
const sql = read('deploy/mysql/init.sql');

const urls = Object.entries(services).flatMap(([service, { environment = {} }]) =>
  Object.entries(environment)
    .filter(([setting]) => setting.endsWith('DATABASE_URL'))
    .map(([setting, url]) => [service, setting, new URL(url)] as const),
);

const grantsTo = (user: string): string[] =>
  [...sql.matchAll(new RegExp(`^GRANT (.*) ON (\\w+)\\.\\* TO '${user}'@'%';$`, 'gm'))].map(
    ([, granted, database]) => `${granted} ON ${database}`,
  );

describe('the users of the databases in deploy/mysql/init.sql', () => {
  it('are one for rows and one for migrations, for each database of docker-compose.yml', () => {
    expect(urls.map(([service, setting]) => `${service} ${setting}`)).toEqual([
      'order-service DATABASE_URL',
      'order-service READ_DATABASE_URL',
      'order-service MIGRATION_DATABASE_URL',
      'order-service MIGRATION_READ_DATABASE_URL',
      'inventory-service DATABASE_URL',
      'inventory-service MIGRATION_DATABASE_URL',
      'payment-service DATABASE_URL',
      'payment-service MIGRATION_DATABASE_URL',
    ]);
  });

  it.each(urls)('may do what %s needs by %s, and no more', (service, setting, { username, pathname }) => {
    const granted = rights[setting.startsWith('MIGRATION_') ? 'migrations' : 'service'].join(', ');
    expect(grantsTo(username)).toContain(`${granted} ON ${pathname.slice(1)}`);
    const own = urls.filter(([of, , url]) => of === service && url.username === username);
    expect(grantsTo(username)).toHaveLength(own.length);
  });

  it.each(urls)('have the password by which %s asks in %s', (_service, _setting, { username, password }) => {
    expect(sql).toContain(`CREATE USER '${username}'@'%' IDENTIFIED BY '${password}';`);
  });
});
