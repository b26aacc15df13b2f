import { createHash } from 'node:crypto';
import { createPool, type Pool, type PoolConnection, type RowDataPacket } from 'mysql2/promise';
import { newId } from './ids.js';
import { idOf, type Envelope, type Outgoing } from './messages.js';

/** How long a row belongs to whoever committed it, as in the services. */
const leaseMs = 10_000;
const owner = newId();

/** As durable as the server's settings make it: by default with an fsync at each commit. */
export function openPool(uri: string): Pool {
  const pool = createPool({ uri, timezone: 'Z', connectionLimit: 8, supportBigNumbers: true });
  pool.on('connection', (connection) => {
    void connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  });
  return pool;
}

export async function transaction(
  pool: Pool,
  work: (connection: PoolConnection) => Promise<void>,
): Promise<void> {
  const connection = await pool.getConnection();
  await connection.beginTransaction();
  await work(connection);
  await connection.commit();
  connection.release();
}

/** MySQL hands a JSON column over parsed, MariaDB as text. */
export const json = <Value>(column: unknown): Value =>
  (typeof column === 'string' ? JSON.parse(column) : column) as Value;

export async function rowsByKey(
  connection: PoolConnection,
  table: string,
  key: string,
  keys: readonly unknown[],
): Promise<RowDataPacket[]> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT * FROM ${table} FORCE INDEX (PRIMARY) WHERE ${key} IN (?) ORDER BY ${key} FOR UPDATE`,
    [keys],
  );
  return rows;
}

/** One multi-row statement. `onDuplicate`: the columns that a row which is there already takes over. */
export async function insert(
  connection: PoolConnection,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  onDuplicate: readonly string[] = [],
): Promise<void> {
  const update = onDuplicate.map((column) => `${column} = VALUES(${column})`).join(', ');
  await connection.query(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES ?${update && ` ON DUPLICATE KEY UPDATE ${update}`}`,
    [rows],
  );
}

const outboxColumns =
  'id subject type exchange routing_key also_routed_as mandatory body state owner fence lease_until attempts last_error created_at'.split(
    ' ',
  );

export function insertOutbox(connection: PoolConnection, messages: readonly Outgoing[]): Promise<void> {
  const now = new Date();
  const leaseUntil = new Date(now.getTime() + leaseMs);
  const rows = messages.map(({ id, subject, type, exchange, routingKey, body }) => [
    id,
    subject,
    type,
    exchange,
    routingKey,
    null,
    1,
    body,
    'unsent',
    owner,
    1,
    leaseUntil,
    0,
    null,
    now,
  ]);
  return insert(connection, 'outbox', outboxColumns, rows);
}

/** @throws when one is there already, which ends the process: nothing is delivered twice in a run without faults. */
export function insertInbox(
  connection: PoolConnection,
  consumer: string,
  messages: readonly Envelope[],
): Promise<void> {
  const now = new Date();
  const rows = messages.map((message) => [
    consumer,
    idOf(message),
    createHash('sha256').update(JSON.stringify(message.data)).digest(),
    now,
  ]);
  return insert(connection, 'inbox', ['consumer', 'message_id', 'body_hash', 'consumed_at'], rows);
}

export async function deleteSent(pool: Pool, ids: readonly Buffer[]): Promise<void> {
  await pool.query('DELETE FROM outbox WHERE id IN (?)', [[...ids].sort(Buffer.compare)]);
}
