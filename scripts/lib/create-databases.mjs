import mysql from 'mysql2/promise';

/**
 * Creates the databases that are missing. A driver is needed, so this is to be imported once dependencies are installed.
 *
 * @param {readonly string[]} urls
 */
export async function createDatabases(urls) {
  for (const url of urls) {
    const server = new URL(url);
    const name = decodeURIComponent(server.pathname.slice(1));
    server.pathname = '/';
    const connection = await mysql.createConnection({ uri: server.href, connectTimeout: 10_000 });
    try {
      await connection.query(
        'CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci',
        [name],
      );
    } finally {
      await connection.end();
    }
  }
}
