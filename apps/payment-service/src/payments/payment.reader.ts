import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { bytesToId, idToBytes } from '#libs/kernel/ids.js';
import { money, moneyToJson } from '#libs/kernel/money.js';
import type { PaymentStatus } from '../domain/payment-status.js';
import type { PaymentView } from './payment.view.js';

/** More than any order has; a bound all the same. */
export const maxPayments = 100;

const columns =
  'id, order_id, customer_id, amount_minor, currency, status, decline_code, created_at, updated_at';

interface Row {
  readonly id: Buffer;
  readonly order_id: string;
  readonly customer_id: string | null;
  readonly amount_minor: number | string | null;
  readonly currency: string | null;
  readonly status: PaymentStatus;
  readonly decline_code: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Looks at payments. */
@Injectable()
export class PaymentReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async find(id: string): Promise<PaymentView | undefined> {
    const [row] = await this.dataSource.query<Row[]>(`SELECT ${columns} FROM payments WHERE id = ?`, [
      idToBytes(id),
    ]);
    return row && viewOf(row);
  }

  /** Oldest first. */
  async ofOrder(orderId: string): Promise<PaymentView[]> {
    const rows = await this.dataSource.query<Row[]>(
      `SELECT ${columns} FROM payments WHERE order_id = ? ORDER BY id LIMIT ?`,
      [orderId, maxPayments],
    );
    return rows.map(viewOf);
  }
}

const viewOf = (row: Row): PaymentView => ({
  id: bytesToId(row.id),
  orderId: row.order_id,
  customerId: row.customer_id,
  amount:
    row.amount_minor === null || row.currency === null
      ? null
      : moneyToJson(money(Number(row.amount_minor), row.currency)),
  status: row.status,
  declineCode: row.decline_code,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});
