import { Column, Entity } from 'typeorm';
import {
  AmountColumn,
  lockOrder,
  PrimaryIdColumn,
  tableOf,
  TimestampColumn,
} from '#libs/persistence/database';
import type { SandboxCharge } from './sandbox-charge.js';

/**
 * The sandbox provider's ledger: what "the bank" knows, whatever payment-service believes. Invariants about money are
 * checked here. One row for each key, that is for each payment id:
 *
 * - kept of the customer's money is `captured_minor - refunded_minor`, in units of `currency`: the order's total for a
 *   confirmed order, 0 for a rejected one. Captured is 0 or the whole `amount_minor`, refunded is 0 or all of it;
 * - `dead`: refunded or cancelled; no charge is made with the key any more;
 * - `settles_at`: a pending charge. It is captured, and this becomes null, when it is looked at after that time;
 * - `amount_minor` and `currency` are null when the key was killed before anybody asked for a charge.
 *
 * A key that nobody asked for, or whose charge did nothing, has no row. Tokens are not here in any form.
 */
@Entity('sandbox_charges')
export class SandboxChargeRow implements SandboxCharge {
  @PrimaryIdColumn({ name: 'payment_id' })
  key!: string;

  @Column('varchar', { length: 255 })
  orderId!: string;

  @AmountColumn({ nullable: true })
  amountMinor!: number | null;

  @Column('char', { length: 3, nullable: true })
  currency!: string | null;

  @AmountColumn()
  capturedMinor!: number;

  @AmountColumn()
  refundedMinor!: number;

  @Column('boolean')
  dead!: boolean;

  @Column('varchar', { length: 40, nullable: true })
  declineCode!: SandboxCharge['declineCode'];

  @Column('int', { unsigned: true })
  failures!: number;

  @TimestampColumn({ nullable: true })
  settlesAt!: Date | null;

  @TimestampColumn()
  createdAt!: Date;

  @TimestampColumn()
  updatedAt!: Date;

  @TimestampColumn({ nullable: true })
  capturedAt!: Date | null;

  @TimestampColumn({ nullable: true })
  refundedAt!: Date | null;
}

/** Behind payments in lock order, though no unit has both: the sandbox is somebody else's system. */
export const sandboxCharges = tableOf(SandboxChargeRow, { key: 'key', lockOrder: lockOrder.payment + 1 });
