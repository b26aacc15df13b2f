/**
 * One URL per service database, from the URL of a server. A database name in it is the orders' and the prefix of the
 * others', so that several installations can share a server. Each can be set by itself, when they live on several servers.
 *
 * @param {string} serverUrl
 * @param {Record<string, string>} [settings]
 */
export function databaseUrls(serverUrl, settings = {}) {
  const server = new URL(serverUrl);
  const name = server.pathname.slice(1);
  const url = (database) => {
    const copy = new URL(server);
    copy.pathname = `/${database}`;
    return copy.href;
  };
  return {
    orders: url(name || 'orders'),
    ordersRead: settings.READ_DATABASE_URL ?? url(`${name || 'orders'}_read`),
    inventory: settings.INVENTORY_DATABASE_URL ?? url(name ? `${name}_inventory` : 'inventory'),
    payments: settings.PAYMENTS_DATABASE_URL ?? url(name ? `${name}_payments` : 'payments'),
  };
}
