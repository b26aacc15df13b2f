import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { ListReservations, ReservationsListed } from '#libs/contracts/inventory/inventory.messages.js';
import { rangeOf } from '#libs/contracts/listing.js';
import { bytesToId } from '#libs/kernel/ids.js';
import { pageByAge } from '#libs/persistence/database';
import type { Reservation } from '../domain/reservation.js';

interface Row {
  readonly id: Buffer;
  readonly order_id: string;
  readonly status: Reservation['status'];
  /** MariaDB keeps JSON as text and hands it out as such. */
  readonly reservation_lines: string | Reservation['lines'];
  readonly created_at: Date;
  readonly updated_at: Date;
}

const oldestFirst = { table: 'reservations', key: 'id', index: 'reservations_created_at' };

/** Looks at reservations as whoever compares books wants them: all, in the order in which they were made. */
@Injectable()
export class ReservationPageReader {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /** @throws Defect when the request is for a page that cannot exist. */
  async page(request: ListReservations): Promise<ReservationsListed> {
    const { rows, next } = await pageByAge<Row>(this.source, oldestFirst, rangeOf(request));
    return { runId: request.runId, page: request.page, items: rows.map(toItem), next };
  }
}

const toItem = (row: Row): ReservationsListed['items'][number] => ({
  reservationId: bytesToId(row.id),
  orderId: row.order_id,
  status: row.status,
  pieces: linesOf(row).reduce((pieces, { quantity }) => pieces + quantity, 0),
  madeAt: row.created_at.toISOString(),
  changedAt: row.updated_at.toISOString(),
});

const linesOf = ({ reservation_lines: lines }: Row): Reservation['lines'] =>
  typeof lines === 'string' ? (JSON.parse(lines) as Reservation['lines']) : lines;
