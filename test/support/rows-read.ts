import type { DataSource } from 'typeorm';

/**
 * How many rows and index entries the server touches for a statement, as it counts them itself: what a statement costs,
 * whatever machine it runs on and whatever the plan is called there.
 */
export async function rowsRead(source: DataSource, sql: string, parameters: unknown[] = []): Promise<number> {
  // One connection: the server counts for each.
  const runner = source.createQueryRunner();
  try {
    const reads = async (): Promise<number> => {
      const rows: { Value: string }[] = await runner.query("SHOW SESSION STATUS LIKE 'Handler_read%'");
      return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
    };
    await reads();
    const before = await reads();
    const looking = (await reads()) - before;
    await runner.query(sql, parameters);
    return (await reads()) - before - 2 * looking;
  } finally {
    await runner.release();
  }
}
