import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { rangeOf } from '#libs/contracts/listing.js';
import type { ListPayments, PaymentsListed } from '#libs/contracts/payment/payment.messages.js';
import { bytesToId } from '#libs/kernel/ids.js';
import { money, moneyToJson } from '#libs/kernel/money.js';
import { pageByAge } from '#libs/persistence/database';
import type { PaymentStatus } from '../domain/payment-status.js';

interface Row {
  readonly id: Buffer;
  readonly order_id: string;
  readonly amount_minor: number | null;
  readonly currency: string | null;
  readonly status: PaymentStatus;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const oldestFirst = { table: 'payments', key: 'id', index: 'payments_created_at' };

/** Looks at payments as whoever compares books wants them: all, in the order in which they were made. */
@Injectable()
export class PaymentPageReader {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /** @throws Defect when the request is for a page that cannot exist. */
  async page(request: ListPayments): Promise<PaymentsListed> {
    const { rows, next } = await pageByAge<Row>(this.source, oldestFirst, rangeOf(request));
    return { runId: request.runId, page: request.page, items: rows.map(toItem), next };
  }
}

const toItem = (row: Row): PaymentsListed['items'][number] => ({
  paymentId: bytesToId(row.id),
  orderId: row.order_id,
  status: row.status,
  amount:
    row.amount_minor === null || row.currency === null
      ? null
      : moneyToJson(money(Number(row.amount_minor), row.currency)),
  madeAt: row.created_at.toISOString(),
  changedAt: row.updated_at.toISOString(),
});
