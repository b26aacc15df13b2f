import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Metric } from '../section.js';
import type { Places } from '../system-under-test/servers.js';

const tables = ['order_views', 'customer_order_counts', 'sagas', 'saga_timeline'];
const megabyte = 1024 * 1024;

interface Size extends RowDataPacket {
  readonly name: string;
  readonly rowCount: string;
  readonly dataBytes: string;
  readonly indexBytes: string;
}

/** How large the tables are that are read from, and how much of them the server can keep in memory. */
export async function tableSizes({ databases }: Places): Promise<Metric[]> {
  const connection = await createConnection({ uri: databases.ordersRead });
  try {
    const schemas = [databases.orders, databases.ordersRead].map((url) => new URL(url).pathname.slice(1));
    const [sizes] = await connection.query<Size[]>(
      `SELECT table_name AS name, table_rows AS rowCount, data_length AS dataBytes, index_length AS indexBytes
         FROM information_schema.tables WHERE table_schema IN (?) AND table_name IN (?) ORDER BY data_length DESC`,
      [schemas, tables],
    );
    const [[pool]] = await connection.query<({ bytes: number } & RowDataPacket)[]>(
      'SELECT @@innodb_buffer_pool_size AS bytes',
    );
    return [
      { name: 'buffer pool', value: Number(pool!.bytes) / megabyte, unit: 'MB' },
      ...sizes.map(({ name, rowCount, dataBytes, indexBytes }) => ({
        name: `${name}`,
        value: (Number(dataBytes) + Number(indexBytes)) / megabyte,
        unit: 'MB',
        note: `${perRow(dataBytes, rowCount)} bytes a row, and ${perRow(indexBytes, rowCount)} in further indexes`,
      })),
    ];
  } finally {
    await connection.end();
  }
}

const perRow = (bytes: string, rows: string): string =>
  (Number(bytes) / Math.max(1, Number(rows))).toFixed(0);
