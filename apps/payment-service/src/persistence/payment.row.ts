import { Column, Entity } from 'typeorm';
import {
  AmountColumn,
  JsonColumn,
  lockOrder,
  PrimaryIdColumn,
  tableOf,
  TimestampColumn,
} from '#libs/persistence/database';
import type { Payment } from '../domain/payment.js';

/** A payment, or the tombstone of one. Never deleted while its order lives: it is what makes a command effective once. */
@Entity('payments')
export class PaymentRow {
  @PrimaryIdColumn()
  id!: string;

  /** The command's subject. */
  @Column('varchar', { length: 255 })
  orderId!: string;

  @Column('varchar', { length: 64, nullable: true })
  customerId!: string | null;

  @AmountColumn({ nullable: true })
  amountMinor!: number | null;

  @Column('char', { length: 3, nullable: true })
  currency!: string | null;

  @Column('varchar', { length: 20 })
  status!: Payment['status'];

  @Column('varchar', { length: 40, nullable: true })
  declineCode!: Payment['declineCode'];

  /** Who waits to hear of a pending payment's settlement; null on payments that never were pending. */
  @JsonColumn({ nullable: true })
  askedBy!: AskedBy | null;

  /** When a pending payment's charge is looked at again; null on all others. */
  @TimestampColumn({ nullable: true })
  nextLookAt!: Date | null;

  @TimestampColumn()
  createdAt!: Date;

  @TimestampColumn()
  updatedAt!: Date;
}

/** The command that an answer which comes later belongs to. */
export interface AskedBy {
  readonly messageId: string;
  readonly sagaId: string | null;
  readonly commandId: string | null;
  readonly traceparent: string | null;
}

export const payments = tableOf(PaymentRow, { key: 'id', lockOrder: lockOrder.payment });
