import type { DataSource, Logger } from 'typeorm';

interface Statement {
  readonly sql: string;
  readonly parameters: unknown[];
}

/** How a server goes through one table of a statement. */
export interface TableAccess {
  readonly table: string;
  /** `const`, `ref`, `range`; `ALL` goes through all of it. */
  readonly type: string | null;
  readonly key: string | null;
  /** Nothing but the index is read. */
  readonly indexOnly: boolean;
  readonly sorts: boolean;
}

/** The statements that are sent while something happens: whatever they are, so that a test need not know them. */
export async function statementsDuring(
  source: DataSource,
  happens: () => Promise<unknown>,
): Promise<readonly Statement[]> {
  const statements: Statement[] = [];
  const { logger } = source;
  source.logger = listening(logger, (statement) => statements.push(statement));
  try {
    await happens();
  } finally {
    source.logger = logger;
  }
  return statements;
}

/** What the server says it would do, table by table; tables that it makes for itself on the way are left out. */
export async function planOf(
  source: DataSource,
  { sql, parameters }: Statement,
): Promise<readonly TableAccess[]> {
  const rows: { table: string | null; type: string | null; key: string | null; Extra: string | null }[] =
    await source.query(`EXPLAIN FORMAT = TRADITIONAL ${sql}`, parameters);
  return rows
    .filter(({ table }) => table !== null && !table.startsWith('<'))
    .map(({ table, type, key, Extra }) => ({
      table: table!,
      type,
      key,
      indexOnly: Extra?.includes('Using index') ?? false,
      sorts: Extra?.includes('Using filesort') ?? false,
    }));
}

const listening = (logger: Logger, hear: (statement: Statement) => void): Logger => ({
  logQuery: (sql, parameters = []) => hear({ sql, parameters: parameters as unknown[] }),
  logQueryError: (error, sql, parameters, runner) => logger.logQueryError(error, sql, parameters, runner),
  logQuerySlow: (time, sql, parameters, runner) => logger.logQuerySlow(time, sql, parameters, runner),
  logSchemaBuild: (message, runner) => logger.logSchemaBuild(message, runner),
  logMigration: (message, runner) => logger.logMigration(message, runner),
  log: (level, message, runner) => logger.log(level, message, runner),
});
