import type { PoolConnection, RowDataPacket } from 'mysql2/promise';
import { consume, Sender } from './broker.js';
import { insert, insertInbox, insertOutbox, json, openPool, rowsByKey, transaction } from './database.js';
import { bytesOf } from './ids.js';
import { answerTo, types, type Envelope } from './messages.js';

const source = '/inventory-service';
const queue = 'inventory.commands';

interface Line {
  readonly sku: string;
  readonly quantity: number;
}

/** Reserves and sells stock: per group one transaction with inbox, reservations, stock and outbox. */
export async function runInventory(databaseUrl: string, brokerUrl: string): Promise<void> {
  const pool = openPool(databaseUrl);
  const sender = await Sender.open(brokerUrl, pool);
  await consume(brokerUrl, queue, async (commands) => {
    const replies = commands.map((command) =>
      answerTo(
        command,
        command.type === types.reserveStock.type ? types.stockReserved : types.stockCommitted,
        source,
        { reservationId: command.data.reservationId },
      ),
    );
    await transaction(pool, async (connection) => {
      const keys = commands.map(({ data }) => bytesOf(data.reservationId)).sort(Buffer.compare);
      const known = await rowsByKey(connection, 'reservations', 'id', keys);
      await insertInbox(connection, queue, commands);
      const moved = await writeReservations(connection, commands, known);
      await moveStock(connection, moved);
      await insertOutbox(connection, replies);
    });
    sender.send(replies);
  });
}

interface Move extends Line {
  readonly sold: boolean;
}

async function writeReservations(
  connection: PoolConnection,
  commands: readonly Envelope[],
  known: readonly RowDataPacket[],
): Promise<Move[]> {
  const linesById = new Map(
    known.map((row) => [row['id'].toString('hex'), json<readonly Line[]>(row['reservation_lines'])]),
  );
  const now = new Date();
  const moves: Move[] = [];
  const rows = commands.map(({ type, subject, data }) => {
    const id = bytesOf(data.reservationId);
    const sold = type === types.commitStock.type;
    const lines = sold ? linesById.get(id.toString('hex'))! : (data.lines as readonly Line[]);
    moves.push(...lines.map((line) => ({ ...line, sold })));
    return [id, subject, sold ? 'COMMITTED' : 'RESERVED', JSON.stringify(lines), '[]', now, now];
  });
  const columns = ['id', 'order_id', 'status', 'reservation_lines', 'shortages', 'created_at', 'updated_at'];
  await insert(connection, 'reservations', columns, rows, ['status', 'updated_at']);
  return moves;
}

async function moveStock(connection: PoolConnection, moves: readonly Move[]): Promise<void> {
  const skus = [...new Set(moves.map(({ sku }) => sku))].sort();
  const stock = new Map((await rowsByKey(connection, 'stock', 'sku', skus)).map((row) => [row['sku'], row]));
  for (const { sku, quantity, sold } of moves) {
    const row = stock.get(sku)!;
    if (sold) {
      row['reserved'] -= quantity;
      row['sold'] += quantity;
    } else {
      if (row['available'] < quantity) throw new Error(`${sku} is short, which the baseline does not know`);
      row['available'] -= quantity;
      row['reserved'] += quantity;
    }
    row['version'] += 1;
  }
  const now = new Date();
  const rows = [...stock.values()].map((row) => [
    row['sku'],
    row['available'],
    row['reserved'],
    row['sold'],
    row['version'],
    now,
  ]);
  const columns = ['sku', 'available', 'reserved', 'sold', 'version', 'updated_at'];
  await insert(connection, 'stock', columns, rows, columns.slice(1));
}
