import { holdRow, type HeldRow, type RowToHold } from '../../tools/faults/held-row.js';
import type { TestDatabases } from '../support/database.js';

interface NamedRow extends RowToHold {
  readonly database: string;
}

const newest = 'ORDER BY created_at DESC';

/** Rows that a session outside may hold, one for each kind of work that wants one. */
const rows = {
  order: { database: 'orders', table: 'orders', key: 'id', which: newest },
  saga: { database: 'orders', table: 'sagas', key: 'id', which: 'ORDER BY started_at DESC' },
  'order numbers': {
    database: 'orders',
    table: 'order_number_blocks',
    key: 'year',
    which: 'ORDER BY year DESC',
  },
  stock: { database: 'inventory', table: 'stock', key: 'sku', which: "WHERE sku = 'OAK-TABLE'" },
  view: { database: 'orders_read', table: 'order_views', key: 'id', which: newest },
  'status counts': { database: 'orders_read', table: 'order_status_shares', key: 'writer' },
} satisfies Record<string, NamedRow>;

export type RowName = keyof typeof rows;

export const rowNames = Object.keys(rows) as RowName[];

/** @param which SQL that chooses another row of the table. @returns null when it could not be had. */
export function hold(databases: TestDatabases, name: RowName, which?: string): Promise<HeldRow | null> {
  const row: NamedRow = rows[name];
  return holdRow(databases.url(row.database), which === undefined ? row : { ...row, which });
}
