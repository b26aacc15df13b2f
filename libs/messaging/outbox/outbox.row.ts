import { Column, Entity, Index } from 'typeorm';
import { IdColumn, PrimaryIdColumn, TimestampColumn } from '#libs/persistence/database/columns.js';
import { lockOrder, tableOf } from '#libs/persistence/database/table.js';

/**
 * `unsent`: goes out as soon as it can. `failing`: the broker did not take it; tried again when its lease is over.
 * `parked`: its tries are spent; a person has to look.
 */
export type OutboxState = 'unsent' | 'failing' | 'parked';

/**
 * A message that a unit of work committed and the broker has not confirmed. Complete in itself: a relay of another
 * version, which may not know the type, can send it all the same. A row that was sent is deleted.
 */
@Entity('outbox')
// What claims search by. Leases grow with time, so new rows go to the index's end.
@Index('outbox_claim', ['state', 'leaseUntil'])
export class OutboxRow {
  /** Also the message's id, unless {@link messageId} says another: publishing again never changes it. */
  @PrimaryIdColumn()
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  subject!: string;

  @Column({ type: 'varchar', length: 100 })
  type!: string;

  @Column({ type: 'varchar', length: 64 })
  exchange!: string;

  @Column({ type: 'varchar', length: 100 })
  routingKey!: string;

  /** Further routing keys, separated by commas. */
  @Column({ type: 'varchar', length: 255, nullable: true })
  alsoRoutedAs!: string | null;

  /** Whether it matters that no queue takes it. */
  @Column({ type: 'boolean' })
  mandatory!: boolean;

  /** The envelope as it goes over the wire, serialised once. */
  @Column({ type: 'mediumtext' })
  body!: string;

  @Column({ type: 'varchar', length: 8 })
  state!: OutboxState;

  /** The relay that may send it until {@link leaseUntil}; after that, any relay may claim it. */
  @IdColumn()
  owner!: string;

  /** Grows with every claim: whoever lost a lease without noticing cannot change the row any more. */
  @Column({ type: 'int' })
  fence!: number;

  @TimestampColumn()
  leaseUntil!: Date;

  @Column({ type: 'int' })
  attempts!: number;

  @Column({ type: 'varchar', length: 200, nullable: true })
  lastError!: string | null;

  @TimestampColumn()
  createdAt!: Date;

  /** Of a redriven message, which keeps its id: an earlier row of that id may still be here, waiting for its deletion. */
  @IdColumn({ nullable: true })
  messageId!: string | null;

  /** The parked message that this is a redrive of. */
  @IdColumn({ nullable: true })
  redriveOf!: string | null;

  /** Of a redriven message: the user of the broker that published it first, where that is known. */
  @Column({ type: 'varchar', length: 255, nullable: true })
  firstSender!: string | null;
}

export const outboxTable = tableOf(OutboxRow, { key: 'id', lockOrder: lockOrder.outbox });
