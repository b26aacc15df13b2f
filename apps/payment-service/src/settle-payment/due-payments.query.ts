import type { DataSource } from 'typeorm';
import { bytesToId } from '#libs/kernel/ids.js';
import type { AskedBy } from '../persistence/payment.row.js';

/** A pending payment whose charge is to be looked at. */
export interface DuePayment {
  readonly id: string;
  readonly orderId: string;
  readonly askedBy: AskedBy | null;
}

interface Row {
  readonly id: Buffer;
  readonly order_id: string;
  /** MariaDB keeps JSON as text and hands it out as such. */
  readonly asked_by: string | AskedBy | null;
}

/**
 * Pending payments that are due by the database's own clock, longest ago first. Not locked: two instances may look at
 * one charge, and only the first to record what it saw has an effect.
 */
export async function duePayments(dataSource: DataSource, limit: number): Promise<DuePayment[]> {
  const rows: Row[] = await dataSource.query(
    `SELECT id, order_id, asked_by
       FROM payments
      WHERE next_look_at <= UTC_TIMESTAMP(6)
      ORDER BY next_look_at
      LIMIT ?`,
    [limit],
  );
  return rows.map(({ id, order_id: orderId, asked_by: askedBy }) => ({
    id: bytesToId(id),
    orderId,
    askedBy: typeof askedBy === 'string' ? (JSON.parse(askedBy) as AskedBy) : askedBy,
  }));
}
