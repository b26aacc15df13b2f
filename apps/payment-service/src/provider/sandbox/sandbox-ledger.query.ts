import type { DataSource } from 'typeorm';
import { bytesToId } from '#libs/kernel/ids.js';
import { pageByAge } from '#libs/persistence/database';
import type { LedgerPage, Listing } from '../payment-provider.js';
import { ledgerEntry } from './sandbox-charge.js';

interface Row {
  readonly payment_id: Buffer;
  readonly order_id: string;
  readonly amount_minor: number | null;
  readonly currency: string | null;
  readonly captured_minor: number;
  readonly refunded_minor: number;
  readonly dead: number;
  readonly settles_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly captured_at: Date | null;
  readonly refunded_at: Date | null;
}

const oldestFirst = { table: 'sandbox_charges', key: 'payment_id', index: 'sandbox_charges_created_at' };

/** The sandbox's book on the database, page by page. */
export const sandboxLedger =
  (source: DataSource) =>
  async (listing: Listing): Promise<LedgerPage> => {
    const [clock]: { now: Date }[] = await source.query('SELECT UTC_TIMESTAMP(6) AS now');
    const { rows, next } = await pageByAge<Row>(source, oldestFirst, listing);
    return { entries: rows.map((row) => ledgerEntry(toCharge(row), clock!.now)), next };
  };

const toCharge = (row: Row) => ({
  key: bytesToId(row.payment_id),
  orderId: row.order_id,
  amountMinor: row.amount_minor === null ? null : Number(row.amount_minor),
  currency: row.currency,
  capturedMinor: Number(row.captured_minor),
  refundedMinor: Number(row.refunded_minor),
  dead: row.dead === 1,
  declineCode: null,
  failures: 0,
  settlesAt: row.settles_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  capturedAt: row.captured_at,
  refundedAt: row.refunded_at,
});
