import { Column, Entity } from 'typeorm';
import type { StoredReason } from '#libs/messaging/parking';
import { IdColumn, lockOrder, PrimaryIdColumn, tableOf, TimestampColumn } from '#libs/persistence/database';

/** `parked`: waits for a person. The others are for good: a redriven message that fails again is another row. */
export const parkedStates = ['parked', 'redriven', 'discarded'] as const;
export type ParkedState = (typeof parkedStates)[number];

/** There is no longer one, and no room for it. */
export const longestType = 100;

/** A message that nobody could handle: what is known of it, and what became of it. Its bytes are beside it. */
@Entity('parked_messages')
export class ParkedMessageRow {
  /** Of this parking: the same message parked again has another. */
  @PrimaryIdColumn()
  id!: string;

  /** The queue that it was parked from. */
  @Column('varchar', { length: 64 })
  queue!: string;

  /** The AMQP property, whatever it says. */
  @Column('varchar', { length: 255, nullable: true })
  messageId!: string | null;

  @Column('varchar', { length: longestType, nullable: true })
  type!: string | null;

  @Column('varchar', { length: 64, nullable: true })
  subject!: string | null;

  @IdColumn({ nullable: true })
  sagaId!: string | null;

  @Column('varchar', { length: 32 })
  reason!: StoredReason;

  @Column('varchar', { length: 500 })
  detail!: string;

  @Column('varchar', { length: 255, nullable: true })
  contentType!: string | null;

  /** Of the whole message; more than is kept of one that is too large. */
  @Column('int', { unsigned: true })
  sizeBytes!: number;

  /** SHA-256 of the whole message. */
  @Column('binary', { length: 32 })
  bodyHash!: Buffer;

  /** Retry delays that it had been through. */
  @Column('int', { unsigned: true })
  attempt!: number;

  /** How often it had been redriven before it was parked here. */
  @Column('int', { unsigned: true })
  redrives!: number;

  /** The parked message that it was a redrive of. */
  @IdColumn({ nullable: true })
  redriveOf!: string | null;

  /** The user of the broker that published it first, where the broker has proved one. */
  @Column('varchar', { length: 255, nullable: true })
  firstSender!: string | null;

  /** As the message says; otherwise when it was collected. */
  @TimestampColumn()
  parkedAt!: Date;

  @TimestampColumn()
  collectedAt!: Date;

  @Column('varchar', { length: 9 })
  state!: ParkedState;

  /** An operator has given it other data than its sender: here, or before an earlier redrive. */
  @Column('boolean')
  edited!: boolean;

  @TimestampColumn({ nullable: true })
  settledAt!: Date | null;

  @Column('varchar', { length: 64, nullable: true })
  settledBy!: string | null;

  /** The job that redrove or discarded it, where it was not one by one. */
  @IdColumn({ nullable: true })
  jobId!: string | null;
}

export const parkedMessages = tableOf(ParkedMessageRow, { key: 'id', lockOrder: lockOrder.parkedMessage });
