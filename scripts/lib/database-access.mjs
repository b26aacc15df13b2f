import { createDatabases } from './create-databases.mjs';
import { createUsers } from './create-users.mjs';
import { databaseUrls, migrationUrls } from './database-urls.mjs';
import { isProduction } from './settings.mjs';

/**
 * How the services reach their databases, and how whoever migrates does. Databases that are missing are made, and on a
 * server of ours their users; one that was named in DATABASE_URL has the users that its settings name. A driver is needed,
 * so this is to be imported once dependencies are installed.
 *
 * @param {{ url: string }} server
 * @param {Record<string, string>} settings
 * @returns {Promise<{ urls: ReturnType<typeof databaseUrls>, migrations: ReturnType<typeof databaseUrls> }>}
 */
export async function databaseAccess(server, settings) {
  const urls = databaseUrls(server.url, settings);
  if (settings.DATABASE_URL) {
    const migrations = migrationUrls(settings);
    if (!isProduction(settings)) await createDatabases(Object.values(migrations));
    return { urls, migrations };
  }
  const migrations = migrationUrls({
    ...settings,
    DATABASE_URL: server.url,
    MIGRATION_DATABASE_URL: undefined,
  });
  await createDatabases(Object.values(migrations));
  for (const [name, url] of Object.entries(urls)) {
    if (!url.startsWith(server.url)) continue; // it has a setting of its own
    const users = await createUsers(url);
    urls[name] = users.service;
    migrations[name] = users.migrations;
  }
  return { urls, migrations };
}

/**
 * What a service is told of one of its databases.
 *
 * @param {'orders' | 'ordersRead' | 'inventory' | 'payments'} name
 * @param {Awaited<ReturnType<typeof databaseAccess>>} access
 * @param {string} [setting]
 * @returns {Record<string, string | undefined>}
 */
export const databaseSettings = (name, { urls, migrations }, setting = 'DATABASE_URL') => ({
  [setting]: urls[name],
  [`MIGRATION_${setting}`]: migrations[name] === urls[name] ? undefined : migrations[name],
});
