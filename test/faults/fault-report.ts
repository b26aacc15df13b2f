import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { bytesToId } from '#libs/kernel/ids.js';
import type { PlacedOrder } from '../support/order-load.js';

export interface StoredOrder {
  readonly id: string;
  readonly status: string;
  readonly createdAt: Date;
  /** When it last changed: its end, once all is at rest. */
  readonly updatedAt: Date;
}

export async function readOrders(databaseUrl: string): Promise<StoredOrder[]> {
  const rows = await query(databaseUrl, 'SELECT id, status, created_at, updated_at FROM orders');
  return rows.map((row) => ({
    id: bytesToId(row['id']),
    status: row['status'],
    createdAt: row['created_at'],
    updatedAt: row['updated_at'],
  }));
}

/** Sagas that began before `time` and have not ended. */
export async function countRunningSagas(databaseUrl: string, time: Date): Promise<number> {
  const sql = 'SELECT COUNT(*) AS running FROM sagas WHERE finished_at IS NULL AND started_at < ?';
  const [row] = await query(databaseUrl, sql, time);
  return Number(row!['running']);
}

async function query(databaseUrl: string, sql: string, ...parameters: Date[]): Promise<RowDataPacket[]> {
  const database = await createConnection({ uri: databaseUrl, timezone: 'Z' });
  try {
    const [rows] = await database.query<RowDataPacket[]>(sql, parameters);
    return rows;
  } finally {
    await database.end();
  }
}

export interface FaultResults {
  readonly begun: number;
  readonly placed: readonly PlacedOrder[];
  readonly orders: readonly StoredOrder[];
  readonly lastFaultOver: Date;
}

/** What a reader of the run wants to know, a line each. */
export function report({ begun, placed, orders, lastFaultOver }: FaultResults): string[] {
  const ended = (status: string): number => orders.filter((order) => order.status === status).length;
  const failures = placed.flatMap((order) => order.failures.map(({ outcome }) => outcome));
  const repeated = placed.filter((order) => order.failures.length > 0).length;
  const metByFaults = orders.filter(({ createdAt }) => createdAt < lastFaultOver);
  const settledAfter = longest(metByFaults, ({ updatedAt }) => Number(updatedAt) - Number(lastFaultOver));
  return [
    `${begun} orders begun, ${placed.length} accepted, ${repeated} of them after failed tries${kindsOf(failures)}`,
    `${ended('CONFIRMED')} confirmed, ${ended('REJECTED')} rejected, ${ended('CANCELLED')} cancelled`,
    `${seconds(settledAfter)} from the end of the last fault until all orders from before it were settled`,
    `${seconds(longest(orders, ({ createdAt, updatedAt }) => Number(updatedAt) - Number(createdAt)))} for the slowest order`,
  ];
}

function kindsOf(failures: readonly string[]): string {
  return failures.length === 0 ? '' : ` (${countsOf(failures)})`;
}

/** "3 frozen, 1 killed" */
export function countsOf(kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

const longest = (orders: readonly StoredOrder[], milliseconds: (order: StoredOrder) => number): number =>
  orders.reduce((most, order) => Math.max(most, milliseconds(order)), 0);

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
