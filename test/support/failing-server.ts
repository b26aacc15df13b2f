import type { Connection } from 'mysql2/promise';
import { setTimeout as pause } from 'node:timers/promises';
import { onServer } from './database.js';

/** All tables share one file, which grows up to a size. Beyond it the server says what it says of a full disk. */
export const littleRoom = [
  '--innodb-file-per-table=OFF',
  '--innodb-data-file-path=ibdata1:12M:autoextend:max:32M',
  // Nor does what is undone stand in that file; on MySQL it never does.
  '--loose-innodb-undo-tablespaces=2',
];

/** Changes are logged as rows until {@link logStatements}. */
export const logged = ['--log-bin=log', '--server-id=1', '--binlog-format=ROW'];

const tableFull = 1114;

const refillEveryMs = 100;

/** Takes all room, also what comes free meanwhile. @returns what gives it back. */
export async function takeAllRoom(url: string): Promise<() => Promise<void>> {
  await onServer(async (server) => {
    await server.query('CREATE DATABASE ballast');
    await server.query(
      'CREATE TABLE ballast.weights (id INT AUTO_INCREMENT PRIMARY KEY, weight VARBINARY(7000))',
    );
    await fill(server);
  }, url);
  let isOver = false;
  const refilling = onServer(async (server) => {
    for (; !isOver; await pause(refillEveryMs)) await fill(server);
  }, url);
  // Looked at when it is over; until then a failure is not unhandled.
  refilling.catch(() => undefined);
  return async () => {
    isOver = true;
    await refilling;
    await onServer(async (server) => void (await server.query('DROP DATABASE ballast')), url);
  };
}

/** In small rows: to take half of a large one back takes room, without which MariaDB ends. */
async function fill(server: Connection): Promise<void> {
  await server.query('START TRANSACTION');
  for (;;) {
    try {
      await server.query("INSERT INTO ballast.weights (weight) VALUES (REPEAT('x', 7000))");
    } catch (error) {
      if ((error as { errno?: number }).errno !== tableFull) throw error;
      break;
    }
  }
  await server.query('COMMIT');
}

/**
 * From now on the binary log has statements, in every session.
 * @returns what puts it right as an operator would: for new sessions.
 */
export async function logStatements(url: string): Promise<() => Promise<void>> {
  const setFormat = (format: string): Promise<void> =>
    onServer(async (server) => void (await server.query(`SET GLOBAL binlog_format = '${format}'`)), url);
  await setFormat('STATEMENT');
  await onServer(async (server) => {
    const [threads] = await server.query('SHOW PROCESSLIST');
    const clients = (threads as { Id: number; Host: string }[]).filter(({ Host }) => Host.includes(':'));
    for (const { Id } of clients) {
      // Some have ended meanwhile.
      if (Id !== server.threadId) await server.query(`KILL ${Id}`).catch(() => undefined);
    }
  }, url);
  return () => setFormat('ROW');
}
