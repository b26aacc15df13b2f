import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';

/** A row to lock in a session of its own, as a report, a repair by hand or a forgotten client would. */
export interface RowToHold {
  readonly table: string;
  readonly key: string;
  /** SQL behind `FROM table`. Default: whichever comes first. */
  readonly which?: string;
}

export interface HeldRow {
  release(): Promise<void>;
}

/**
 * Locks one row with `SELECT ... FOR UPDATE` until it is released. @returns null when there is no such row, or when it is
 * not locked within 5 s, or the server is away.
 */
export async function holdRow(databaseUrl: string, row: RowToHold): Promise<HeldRow | null> {
  let session: Connection | undefined;
  let held = false;
  const release = async (): Promise<void> => session?.end().catch(() => session?.destroy());
  try {
    session = await createConnection({ uri: databaseUrl });
    // The server may be killed while the row is held; then nobody holds it any more.
    session.on('error', () => undefined);
    held = await lock(session, row);
  } catch (error) {
    const { code, fatal } = error as { code?: string; fatal?: boolean };
    if (!fatal && code !== 'ER_LOCK_WAIT_TIMEOUT') throw error;
  } finally {
    if (!held) await release();
  }
  return held ? { release } : null;
}

async function lock(session: Connection, { table, key, which = '' }: RowToHold): Promise<boolean> {
  // Otherwise all rows that are scanned on the way would be locked, too.
  await session.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  await session.query('SET SESSION innodb_lock_wait_timeout = 5');
  const [found] = await session.query<RowDataPacket[]>(`SELECT ${key} FROM ${table} ${which} LIMIT 1`);
  if (!found[0]) return false;
  await session.beginTransaction();
  const sql = `SELECT ${key} FROM ${table} WHERE ${key} = ? FOR UPDATE`;
  const [locked] = await session.query<RowDataPacket[]>(sql, [found[0][key]]);
  return locked.length > 0;
}
