import type { DataSource } from 'typeorm';
import { Fault } from '#libs/kernel/errors.js';
import { isDenied } from './database-errors.js';

const rightsToRows = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

/** Each takes the right that it asks for, and no other; none changes or locks anything. */
const questionsAbout = (table: string, column: string): Record<(typeof rightsToRows)[number], string> => ({
  SELECT: `SELECT 1 FROM ${table} LIMIT 0`,
  INSERT: `EXPLAIN INSERT INTO ${table} () VALUES ()`,
  UPDATE: `EXPLAIN UPDATE ${table} SET ${column} = NULL`,
  DELETE: `EXPLAIN DELETE FROM ${table}`,
});

/**
 * Whether the user may do what services do with the rows of this source: otherwise it would show when the first of them
 * is to be deleted, days later. @throws Fault that names what is missing.
 */
export async function checkRights(source: DataSource): Promise<void> {
  const missing = new Map<string, string[]>();
  for (const { tableName, primaryColumns } of source.entityMetadatas) {
    const questions = questionsAbout(`\`${tableName}\``, `\`${primaryColumns[0]!.databaseName}\``);
    for (const right of rightsToRows) {
      if (!(await isRefused(source, questions[right]))) continue;
      missing.set(right, [...(missing.get(right) ?? []), tableName]);
    }
  }
  if (missing.size === 0) return;
  const [row] = await source.query<{ user: string }[]>('SELECT CURRENT_USER() AS user');
  const list = [...missing].map(([right, tables]) => `${right} on ${tables.join(', ')}`).join('; ');
  throw new Fault(
    `the database user ${row?.user} lacks rights: ${list}. It needs ${rightsToRows.join(', ')} on all tables`,
  );
}

/** A table that is not there yet, or a server that takes no writes now, is no matter of rights. */
const isRefused = (source: DataSource, question: string): Promise<boolean> =>
  source.query(question).then(() => false, isDenied);

const rightsToTables: ReadonlySet<string> = new Set(['ALL PRIVILEGES', 'CREATE', 'ALTER', 'DROP']);

/** The rights to change tables that the user has, by its roles, too. Empty where it has none, or cannot be asked. */
export async function rightsToChangeTables(source: DataSource): Promise<string[]> {
  const [row] = await source.query<{ name: string }[]>('SELECT DATABASE() AS name');
  const grants = await source.query<Record<string, string>[]>('SHOW GRANTS').catch(() => []);
  return toChangeTables(
    grants.flatMap((grant) => Object.values(grant)),
    row?.name ?? '',
  );
}

/** @param grants in the words of SHOW GRANTS, on either engine */
export function toChangeTables(grants: readonly string[], database: string): string[] {
  const found = grants.flatMap((grant) => {
    const [, rights = '', on = ''] =
      /^GRANT (.+?) ON (?:TABLE )?(\*|`(?:[^`]|``)+`)\.\S+ TO /.exec(grant) ?? [];
    if (on !== '*' && !patternOf(on).test(database)) return [];
    return rights.split(', ').filter((right) => rightsToTables.has(right));
  });
  return [...new Set(found)].sort();
}

/** The name of a database in a grant is a pattern as of LIKE, in backticks. */
const patternOf = (name: string): RegExp => {
  const text = name.slice(1, -1).replaceAll('``', '`');
  const parts = text.match(/\\?[^]/g) ?? [];
  const expressions = parts.map((part) =>
    part === '%' ? '.*' : part === '_' ? '.' : part.replace(/^\\(?=[_%])/, '').replaceAll(/\W/g, '\\$&'),
  );
  return new RegExp(`^${expressions.join('')}$`, 's');
};
