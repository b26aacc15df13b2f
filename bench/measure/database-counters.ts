import { createConnection, type RowDataPacket } from 'mysql2/promise';

/** What the database server has counted since its start, by its own names. */
export type Counters = Readonly<Record<string, number>>;

export async function readCounters(serverUrl: string): Promise<Counters> {
  const server = await createConnection({ uri: serverUrl });
  try {
    const [rows] = await server.query<RowDataPacket[]>('SHOW GLOBAL STATUS');
    return Object.fromEntries(
      rows.map((row) => [row['Variable_name'] as string, Number(row['Value'])] as const),
    );
  } finally {
    await server.end();
  }
}

/** How much each counter of a list grew; one that the server does not have is left out. */
export function grownBy(before: Counters, after: Counters, names: readonly string[]): Map<string, number> {
  const grown = new Map<string, number>();
  for (const name of names) {
    const [from, to] = [before[name], after[name]];
    if (from !== undefined && to !== undefined && !Number.isNaN(to - from)) grown.set(name, to - from);
  }
  return grown;
}
