import { Column, Entity } from 'typeorm';
import { lockOrder, PrimaryIdColumn, tableOf } from '#libs/persistence/database';

/** The bytes of a parked message: a table of its own, so that neither a list nor a change of state moves megabytes. */
@Entity('parked_message_bodies')
export class ParkedBodyRow {
  @PrimaryIdColumn()
  id!: string;

  /** As they came, whatever they are; of a message that is too large only the beginning. Never changed. */
  @Column('mediumblob')
  original!: Buffer;

  /** With the data that an operator gave it instead. */
  @Column('mediumblob', { nullable: true })
  edited!: Buffer | null;
}

export const parkedBodies = tableOf(ParkedBodyRow, { key: 'id', lockOrder: lockOrder.parkedBody });
