import { Column, Entity, PrimaryColumn } from 'typeorm';
import { PrimaryIdColumn, TimestampColumn } from '#libs/persistence/database/columns.js';
import { lockOrder, tableOfPair } from '#libs/persistence/database/table.js';

/** A message that a consumer has handled, committed with its effects. */
@Entity('inbox')
export class InboxRow {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  consumer!: string;

  @PrimaryIdColumn()
  messageId!: string;

  /** SHA-256 of the message's bytes: the same id with another body is another message, and a defect of its sender. */
  @Column({ type: 'binary', length: 32 })
  bodyHash!: Buffer;

  @TimestampColumn()
  consumedAt!: Date;
}

export const inboxTable = tableOfPair(InboxRow, {
  key: ['consumer', 'messageId'],
  lockOrder: lockOrder.inbox,
});
