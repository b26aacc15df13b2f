/**
 * One URL per service database, from the URL of a server. A database name in it is the orders' and the prefix of the
 * others', so that several installations can share a server. Each can be set by itself, when they live on several servers.
 *
 * @param {string} serverUrl
 * @param {Record<string, string>} [settings]
 */
export function databaseUrls(serverUrl, settings = {}) {
  // Not by URL: there may be several hosts in it, with commas between.
  const [, server, name, rest] = /^([^:]+:\/\/[^/?#]*)\/?([^?#]*)(.*)$/.exec(serverUrl) ?? [];
  if (server === undefined) throw new Error('the database URL is not a URL');
  const url = (database) => `${server}/${database}${rest}`;
  return {
    orders: url(name || 'orders'),
    ordersRead: settings.READ_DATABASE_URL ?? url(`${name || 'orders'}_read`),
    inventory: settings.INVENTORY_DATABASE_URL ?? url(name ? `${name}_inventory` : 'inventory'),
    payments: settings.PAYMENTS_DATABASE_URL ?? url(name ? `${name}_payments` : 'payments'),
  };
}

const own = ['READ_DATABASE_URL', 'INVENTORY_DATABASE_URL', 'PAYMENTS_DATABASE_URL'];

/**
 * The same for who migrates. What has a setting with MIGRATION_ before it is that, otherwise it is as the services have it.
 *
 * @param {Record<string, string>} settings
 */
export function migrationUrls(settings) {
  const urls = own.map((name) => [name, settings[`MIGRATION_${name}`] ?? settings[name]]);
  return databaseUrls(
    settings.MIGRATION_DATABASE_URL ?? settings.DATABASE_URL,
    Object.fromEntries(urls.filter(([, url]) => url !== undefined)),
  );
}
