import { Column, Entity } from 'typeorm';
import { JsonColumn, lockOrder, PrimaryIdColumn, tableOf, TimestampColumn } from '#libs/persistence/database';
import type { Reservation } from '../domain/reservation.js';

/** A reservation, or the tombstone of one. Never deleted while its order lives: it is what makes a command effective once. */
@Entity('reservations')
export class ReservationRow implements Reservation {
  @PrimaryIdColumn()
  id!: string;

  /** The command's subject. */
  @Column('varchar', { length: 64 })
  orderId!: string;

  @Column('varchar', { length: 20 })
  status!: Reservation['status'];

  /** `lines` is a reserved word of MySQL: people who look into the table should not have to quote it. */
  @JsonColumn({ name: 'reservation_lines' })
  lines!: Reservation['lines'];

  @JsonColumn()
  shortages!: Reservation['shortages'];

  @TimestampColumn()
  createdAt!: Date;

  @TimestampColumn()
  updatedAt!: Date;
}

export const reservations = tableOf(ReservationRow, { key: 'id', lockOrder: lockOrder.reservation });
