import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';

/** What the two users of a database may do there. deploy/mysql/init.sql grants the same (database-users.spec.ts). */
export const rights = {
  service: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  migrations: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP', 'INDEX', 'REFERENCES'],
};

/** MySQL allows 32 characters. */
export const usersOf = (database) => ({ service: database, migrations: `${database}_ddl` });

/**
 * Makes the users of a database that is there, or gives new passwords to those that it has. A driver is needed, so this is
 * to be imported once dependencies are installed.
 *
 * @param {string} url of the database, for somebody who may do that
 * @returns {Promise<{ service: string, migrations: string }>} the same, for its users
 */
export async function createUsers(url) {
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const users = usersOf(database);
  const connection = await mysql.createConnection({ uri: url, connectTimeout: 10_000 });
  const create = async (role) => {
    const password = randomBytes(18).toString('base64url');
    await connection.query("CREATE USER IF NOT EXISTS ?@'%'", [users[role]]);
    await connection.query("ALTER USER ?@'%' IDENTIFIED BY ?", [users[role], password]);
    await connection.query(`GRANT ${rights[role].join(', ')} ON ??.* TO ?@'%'`, [database, users[role]]);
    return Object.assign(new URL(url), { username: users[role], password }).href;
  };
  try {
    return { service: await create('service'), migrations: await create('migrations') };
  } finally {
    await connection.end();
  }
}
