import type { DataSource } from 'typeorm';
import { normaliseExpression } from './schema-expression.js';

/**
 * The schema of a database as SQL text that is the same on MySQL and on MariaDB: committed as `schema.sql` beside the
 * migrations, so that a review shows what a migration makes of the whole, and CI sees when the two disagree.
 */
export async function dumpSchema(dataSource: DataSource): Promise<string> {
  const tables = await dataSource.query<TableShape[]>(`
    SELECT table_name AS name, engine AS engine, table_collation AS collation FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' 
      AND table_name NOT IN ('migrations', 'migration_steps', 'migration_turn')`);
  const [columns, indexes, checks, foreignKeys] = [
    await columnsOf(dataSource),
    await indexesOf(dataSource),
    await checksOf(dataSource),
    await foreignKeysOf(dataSource),
  ];
  const ofTable = <Part extends { table: string }>(parts: readonly Part[], name: string): Part[] =>
    parts.filter(({ table }) => table === name);
  return tables
    .sort((a, b) => compare(a.name, b.name))
    .map((table) => {
      const documents = documentColumns(ofTable(checks, table.name));
      const parts = [
        ...ofTable(columns, table.name).map((column) =>
          printColumn(column, table, documents.has(column.name)),
        ),
        ...printIndexes(ofTable(indexes, table.name)),
        ...ofTable(foreignKeys, table.name).map(printForeignKey),
        ...ofTable(checks, table.name).flatMap((check) =>
          documents.has(check.name) ? [] : [printCheck(check)],
        ),
      ];
      const charset = table.collation.split('_')[0];
      const options = `ENGINE = ${table.engine} DEFAULT CHARSET = ${charset} COLLATE = ${table.collation}`;
      return `CREATE TABLE \`${table.name}\` (\n${parts.map((part) => `  ${part}`).join(',\n')}\n) ${options};\n`;
    })
    .join('\n');
}

interface TableShape {
  readonly name: string;
  readonly engine: string;
  readonly collation: string;
}

interface ColumnShape {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: 'YES' | 'NO';
  readonly initial: string | null;
  readonly collation: string | null;
  readonly extra: string;
  readonly expression: string | null;
}

const columnsOf = (dataSource: DataSource): Promise<ColumnShape[]> =>
  dataSource.query(`
    SELECT table_name AS \`table\`, column_name AS name, column_type AS type, is_nullable AS nullable,
      column_default AS initial, collation_name AS collation, extra AS extra, generation_expression AS expression
    FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`);

function printColumn(column: ColumnShape, table: TableShape, isDocument: boolean): string {
  const { name, nullable, collation, expression } = column;
  const extra = column.extra.toLowerCase();
  // MariaDB still prints the display width that MySQL has given up, but for booleans.
  const type = isDocument ? 'json' : column.type.replace(/^(?!tinyint\(1\))(\w*int)\(\d+\)/, '$1');
  const ownCollation = !isDocument && collation !== null && collation !== table.collation;
  return [
    `\`${name}\` ${type}`,
    ownCollation && `CHARACTER SET ${collation.split('_')[0]} COLLATE ${collation}`,
    expression &&
      `AS (${normaliseExpression(expression)}) ${extra.includes('stored') ? 'STORED' : 'VIRTUAL'}`,
    // MariaDB accepts neither NULL nor NOT NULL on a computed column.
    !expression && (nullable === 'YES' ? 'NULL' : 'NOT NULL'),
    !expression && printDefault(column),
    /on update .*/.exec(extra)?.[0].toUpperCase(),
    extra.includes('auto_increment') && 'AUTO_INCREMENT',
  ]
    .filter(Boolean)
    .join(' ');
}

function printDefault({ initial, extra, type }: ColumnShape): string | undefined {
  if (initial === null || initial === 'NULL') return undefined;
  const bare = /default_generated/i.test(extra) || /^current_timestamp/i.test(initial) || /^(tiny|small|medium|big)?int|^(double|float|decimal)/.test(type); // prettier-ignore
  if (bare) return `DEFAULT ${initial.toUpperCase()}`;
  return `DEFAULT ${initial.startsWith("'") ? initial : `'${initial.replaceAll("'", "''")}'`}`;
}

interface IndexPart {
  readonly table: string;
  readonly name: string;
  readonly notUnique: number;
  readonly column: string;
  readonly prefix: number | null;
  readonly direction: string | null;
  readonly type: string;
}

const indexesOf = (dataSource: DataSource): Promise<IndexPart[]> =>
  dataSource.query(`
    SELECT table_name AS \`table\`, index_name AS name, non_unique AS notUnique, column_name AS \`column\`,
      sub_part AS prefix, collation AS direction, index_type AS type
    FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index`);

function printIndexes(parts: readonly IndexPart[]): string[] {
  const byName = new Map<string, IndexPart[]>();
  for (const part of parts) byName.set(part.name, [...(byName.get(part.name) ?? []), part]);
  return [...byName]
    .sort(([a], [b]) => Number(b === 'PRIMARY') - Number(a === 'PRIMARY') || compare(a, b))
    .map(([name, columns]) => {
      const list = columns
        .map(({ column, prefix, direction, type }) =>
          [
            `\`${column}\``,
            prefix !== null && type !== 'FULLTEXT' && `(${prefix})`,
            direction === 'D' && ' DESC',
          ]
            .filter(Boolean)
            .join(''),
        )
        .join(', ');
      if (name === 'PRIMARY') return `PRIMARY KEY (${list})`;
      const [first] = columns;
      const kind =
        first?.type === 'FULLTEXT' ? 'FULLTEXT KEY' : Number(first?.notUnique) === 0 ? 'UNIQUE KEY' : 'KEY';
      return `${kind} \`${name}\` (${list})`;
    });
}

interface Check {
  readonly table: string;
  readonly name: string;
  readonly clause: string;
}

const checksOf = (dataSource: DataSource): Promise<Check[]> =>
  dataSource.query(`
    SELECT t.table_name AS \`table\`, c.constraint_name AS name, c.check_clause AS clause
    FROM information_schema.check_constraints c JOIN information_schema.table_constraints t
      ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
      AND t.constraint_type = 'CHECK'
      ${dataSource.options.type === 'mariadb' ? 'AND t.table_name = c.table_name' : ''}
    WHERE c.constraint_schema = DATABASE() ORDER BY t.table_name, c.constraint_name`);

const printCheck = ({ name, clause }: Check): string =>
  `CONSTRAINT \`${name}\` CHECK (${normaliseExpression(clause)})`;

/** On MariaDB a JSON column is a text column with a check of the column's own name. */
const documentColumns = (checks: readonly Check[]): ReadonlySet<string> =>
  new Set(checks.filter(({ name, clause }) => clause === `json_valid(\`${name}\`)`).map(({ name }) => name));

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly columns: string;
  readonly referenced: string;
  readonly referencedColumns: string;
  readonly onUpdate: string;
  readonly onDelete: string;
}

const foreignKeysOf = (dataSource: DataSource): Promise<ForeignKey[]> =>
  dataSource.query(`
    SELECT r.table_name AS \`table\`, r.constraint_name AS name, r.referenced_table_name AS referenced,
      GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position) AS \`columns\`,
      GROUP_CONCAT(k.referenced_column_name ORDER BY k.ordinal_position) AS referencedColumns,
      r.update_rule AS onUpdate, r.delete_rule AS onDelete
    FROM information_schema.referential_constraints r JOIN information_schema.key_column_usage k
      ON k.constraint_schema = r.constraint_schema AND k.constraint_name = r.constraint_name
      AND k.table_name = r.table_name
    WHERE r.constraint_schema = DATABASE()
    GROUP BY r.table_name, r.constraint_name, r.referenced_table_name, r.update_rule, r.delete_rule
    ORDER BY r.table_name, r.constraint_name`);

function printForeignKey({
  name,
  columns,
  referenced,
  referencedColumns,
  onUpdate,
  onDelete,
}: ForeignKey): string {
  const quoted = (list: string): string => list.split(',').map((column) => `\`${column}\``).join(', '); // prettier-ignore
  // InnoDB does the same for both, and each engine names the other one when asked for none.
  const action = (event: string, rule: string): string =>
    rule === 'RESTRICT' || rule === 'NO ACTION' ? '' : ` ON ${event} ${rule}`;
  return (
    `CONSTRAINT \`${name}\` FOREIGN KEY (${quoted(columns)}) REFERENCES \`${referenced}\` (${quoted(referencedColumns)})` +
    action('UPDATE', onUpdate) +
    action('DELETE', onDelete)
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
