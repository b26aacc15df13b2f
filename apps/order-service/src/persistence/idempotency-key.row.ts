import { Column, Entity, PrimaryColumn } from 'typeorm';
import { lockOrder, tableOf, TimestampColumn } from '#libs/persistence/database';

/** The answer that a caller got for a key, so that asking again gets it again. */
@Entity('idempotency_keys')
export class IdempotencyKeyRow {
  /** SHA-256 of caller, operation and key, base64url: a short index, whatever callers choose as keys. */
  @PrimaryColumn('char', { length: 43 })
  scope!: string;

  /** SHA-256 of the canonical content, base64url. */
  @Column('char', { length: 43 })
  requestHash!: string;

  /** JSON, as text: a JSON column of MySQL would give the members back in another order than the first answer had. */
  @Column('mediumtext')
  response!: string;

  @TimestampColumn()
  createdAt!: Date;
}

export const idempotencyKeys = tableOf(IdempotencyKeyRow, {
  key: 'scope',
  lockOrder: lockOrder.idempotencyKey,
});
