import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { OrderDocument, OrderStatus } from '#libs/contracts/order/order.messages.js';
import { derivedId, idToBytes } from '#libs/kernel/ids.js';
import { chance } from './chance.js';
import type { FilledOrder } from './population.js';
import { RowTemplate } from './row-template.js';

/** A table that has rows of an order. */
export interface CopiedTable {
  readonly database: string;
  readonly table: string;
  /** Names the order, or a saga of it. */
  readonly key: string;
}

interface Copy {
  readonly status: OrderStatus;
  /** By table, in the order of {@link OrderCopies.tables}. */
  readonly rows: readonly (readonly RowTemplate[])[];
}

/** The rows of some real orders, to be written again under any number of other identities. */
export class OrderCopies {
  private readonly copies: ReadonlyMap<OrderStatus, readonly Copy[]>;

  private constructor(
    copies: readonly Copy[],
    /** With their databases. */
    readonly tables: readonly string[],
    /** `database.table (columns)`, by table. */
    readonly targets: readonly string[],
  ) {
    this.copies = new Map(
      copies.map(({ status }) => [status, copies.filter((copy) => copy.status === status)]),
    );
  }

  static async of(
    connection: Connection,
    tables: readonly CopiedTable[],
    specimens: readonly OrderDocument[],
  ): Promise<OrderCopies> {
    const shapes = [];
    for (const table of tables) shapes.push({ ...table, columns: await columnsOf(connection, table) });
    const copies: Copy[] = [];
    for (const specimen of specimens) {
      const identity = { ...specimen, placedAtMs: Date.parse(specimen.createdAt) };
      const rows: RowTemplate[][] = [];
      for (const { database, table, key, columns } of shapes) {
        const ids = [specimen.id, derivedId(specimen.id, 'cancel-order')].map((id) => idToBytes(id));
        const [found] = await connection.query<({ row_values: string } & RowDataPacket)[]>(
          `SELECT CONCAT_WS(',', ${columns.map(literal).join(', ')}) AS row_values
             FROM ${database}.${table} WHERE ${key} IN (?)`,
          [ids],
        );
        rows.push(found.map((row) => new RowTemplate(`(${row.row_values})`, identity)));
      }
      copies.push({ status: specimen.status, rows });
    }
    return new OrderCopies(
      copies,
      shapes.map(({ database, table }) => `${database}.${table}`),
      shapes.map(
        ({ database, table, columns }) => `${database}.${table} (${columns.map(quoted).join(', ')})`,
      ),
    );
  }

  /** The values of the order's rows in one of the tables. */
  rowsOf(order: FilledOrder, place: number, table: number): string[] {
    const choice = this.copies.get(order.status);
    if (!choice) throw new Error(`no order that is ${order.status} to copy`);
    const copy = choice[Math.floor(chance(place, 'copy') * choice.length)]!;
    return copy.rows[table]!.map((row) => row.for(order));
  }
}

interface Column extends RowDataPacket {
  readonly name: string;
  readonly type: string;
}

/** What the server computes by itself is left out. */
async function columnsOf(connection: Connection, { database, table }: CopiedTable): Promise<Column[]> {
  const [columns] = await connection.query<Column[]>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
      WHERE table_schema = ? AND table_name = ? AND extra NOT LIKE '%GENERATED%' ORDER BY ordinal_position`,
    [database, table],
  );
  return columns;
}

const quoted = ({ name }: Column): string => `\`${name}\``;

/** The value as an SQL literal, made by the server itself, which knows its types best. */
const literal = (column: Column): string =>
  column.type === 'binary'
    ? `COALESCE(CONCAT("X'", HEX(${quoted(column)}), "'"), 'NULL')`
    : `QUOTE(CAST(${quoted(column)} AS CHAR))`;
