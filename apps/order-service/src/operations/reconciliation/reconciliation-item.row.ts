import { Entity } from 'typeorm';
import { IdColumn, JsonColumn, lockOrder, PrimaryIdColumn, tableOfPair } from '#libs/persistence/database';
import { derivedId } from '#libs/kernel/ids.js';
import type { ReconciledPayment, ReconciledReservation } from '../../domain/reconciliation.js';

export type ItemContent =
  | { readonly reservation: ReconciledReservation }
  | { readonly payment: Pick<ReconciledPayment, 'paymentId' | 'orderId' | 'recorded' | 'asked'> }
  | {
      readonly charge: Pick<ReconciledPayment, 'paymentId' | 'kept' | 'pending'> & {
        readonly orderId: string | null;
      };
    };

/** A charge has its payment's id as its key, and a key may be anything: as an item it has an id that follows from it. */
export const chargeItemId = (key: string): string =>
  derivedId('00000000-0000-0000-0000-000000000000', `charge ${key}`);

/** A payment, a charge or a reservation, as its participant listed it for one run. Removed when the run is over. */
@Entity('reconciliation_items')
export class ReconciliationItemRow {
  @PrimaryIdColumn()
  runId!: string;

  @PrimaryIdColumn()
  itemId!: string;

  /** Null where what the participant names is no id of an order. */
  @IdColumn({ nullable: true })
  orderId!: string | null;

  @JsonColumn()
  content!: ItemContent;
}

export const reconciliationItems = tableOfPair(ReconciliationItemRow, {
  key: ['runId', 'itemId'],
  lockOrder: lockOrder.reconciliationItem,
});
