import { createRequire } from 'node:module';
import type { Pool, PoolConnection } from 'mysql2';

/**
 * READ COMMITTED, because REPEATABLE READ's gap locks deadlock under concurrent inserts; strict, because a value that is
 * silently cut is a lost one; UTC, because DATETIME has no zone; lock waits that end before callers have given up.
 */
const settings = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION time_zone = '+00:00',
     sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
     innodb_lock_wait_timeout = 10,
     lock_wait_timeout = 10`,
];

interface Mysql2 {
  createPool(options: object): Pool;
}

const mysql2 = createRequire(import.meta.url)('mysql2') as Mysql2;

/**
 * mysql2 with sessions set up as they open. Given to TypeORM as its driver: that way the very first connection is set
 * up too, and each costs its round trips once instead of once per transaction.
 */
export const driverWithSessions: Mysql2 = {
  ...mysql2,
  createPool: (options) => {
    const pool = mysql2.createPool(options);
    pool.on('connection', setUp);
    return pool;
  },
};

function setUp(connection: PoolConnection): void {
  // Queued in front of whatever the connection was opened for.
  for (const setting of settings) {
    connection.query(setting, (error) => {
      // A connection with unknown settings must not be used: under REPEATABLE READ it would be wrong silently.
      if (error) connection.destroy();
    });
  }
}
