import { z } from 'zod';
import { listingOf, listRequest, pageOf, pageTravels } from '../listing.js';
import { commandTo, defineMessage, eventOn, replyTo, type DataOf } from '../message-type.js';
import { quantity, sku, stockLine, timestamp, uuid, wireMoney } from '../shapes.js';
import { exchanges, queues } from '../topology.js';

/**
 * What inventory-service is asked, what it answers, and what it tells. A reservation is named by an id that the asking
 * side chose, so that it can be released by somebody who never learned whether it was made.
 */

const toInventory = commandTo(queues.inventoryCommands);
const fromInventory = replyTo(queues.sagaReplies);

const reservationId = uuid.describe('Chosen by the asking side; names the reservation for ever.');
const ofReservation = z.object({ reservationId });

export const ReserveStock = defineMessage({
  ...toInventory,
  type: 'inventory.reserve-stock.v1',
  summary: 'Hold these quantities for an order: all of them, or none.',
  schema: z.object({ reservationId, lines: z.array(stockLine).min(1).max(100) }),
});

export const ReleaseStock = defineMessage({
  ...toInventory,
  type: 'inventory.release-stock.v1',
  summary:
    'Undo a reservation. Done already, or never made: agreed all the same, and a later reserve-stock is refused.',
  schema: ofReservation,
});

export const CommitStock = defineMessage({
  ...toInventory,
  type: 'inventory.commit-stock.v1',
  summary: 'The reserved quantities are sold.',
  schema: ofReservation,
});

export const ReturnStock = defineMessage({
  ...toInventory,
  type: 'inventory.return-stock.v1',
  summary: 'Sold quantities of a reservation come back into stock, all of them.',
  schema: ofReservation,
});

export const StockReserved = defineMessage({
  ...fromInventory,
  type: 'inventory.stock-reserved.v1',
  answers: [ReserveStock],
  summary: 'Every line is held.',
  schema: ofReservation,
});

export const StockShort = defineMessage({
  ...fromInventory,
  type: 'inventory.stock-short.v1',
  answers: [ReserveStock],
  summary: 'Nothing is held; these lines could not be.',
  schema: ofReservation.extend({
    shortages: z
      .array(z.object({ sku, requested: quantity, available: z.int().min(0) }))
      .min(1)
      .max(100),
  }),
});

export const ReservationCancelled = defineMessage({
  ...fromInventory,
  type: 'inventory.reservation-cancelled.v1',
  answers: [ReserveStock],
  summary:
    'The reservation had been released before it was asked for, or its command had expired; nothing is held, now and for ever.',
  schema: ofReservation,
});

export const StockReleased = defineMessage({
  ...fromInventory,
  type: 'inventory.stock-released.v1',
  answers: [ReleaseStock],
  summary: 'Nothing is held for this reservation, now and for ever.',
  schema: ofReservation,
});

export const StockCommitted = defineMessage({
  ...fromInventory,
  type: 'inventory.stock-committed.v1',
  answers: [CommitStock],
  summary: 'The quantities are sold.',
  schema: ofReservation,
});

export const StockReturned = defineMessage({
  ...fromInventory,
  type: 'inventory.stock-returned.v1',
  answers: [ReturnStock],
  summary: 'The quantities are in stock again.',
  schema: ofReservation,
});

export const ListReservations = defineMessage({
  ...listingOf(queues.inventoryCommands),
  type: 'inventory.list-reservations.v1',
  summary: 'Tell a page of all reservations, for somebody who compares books. Changes nothing.',
  schema: listRequest,
});

/** How a reservation can stand. */
export const reservationStatuses = [
  'RESERVED',
  'SHORT',
  'RELEASED',
  'CANCELLED',
  'COMMITTED',
  'RETURNED',
] as const;

export const ReservationsListed = defineMessage({
  ...pageTravels,
  type: 'inventory.reservations-listed.v1',
  answers: [ListReservations],
  summary: 'A page of reservations, as they stand now.',
  schema: pageOf(
    ofReservation.extend({
      orderId: z.string().min(1).max(255).describe('The subject of the command that made it.'),
      status: z
        .enum(reservationStatuses)
        .describe('RESERVED holds stock, COMMITTED has sold it; all others hold nothing.'),
      pieces: z.int().min(0).describe('Of all products together; 0 where it never learned of any.'),
      madeAt: timestamp,
      changedAt: timestamp,
    }),
  ),
});

export const ProductChanged = defineMessage({
  ...eventOn(exchanges.inventoryEvents),
  routingKey: 'product.changed',
  type: 'inventory.product-changed.v1',
  summary:
    'The whole public state of a product after a change, and again now and then as it stands; the newest version wins.',
  schema: z.object({
    sku,
    name: z.string().min(1).max(200),
    sellerId: z.string().min(1).max(64),
    price: wireMoney,
    discountPercent: z.number().min(0).max(100),
    active: z.boolean().describe('Inactive products cannot be ordered.'),
    version: z.int().min(1),
    updatedAt: timestamp,
  }),
});

export const StockChanged = defineMessage({
  ...eventOn(exchanges.inventoryEvents),
  routingKey: 'stock.changed',
  type: 'inventory.stock-changed.v1',
  summary:
    'What is in stock of a product, told when it is created or adjusted and when it sells out or is back; the newest version wins.',
  schema: z.object({
    sku,
    available: z.int().min(0),
    reserved: z.int().min(0),
    sold: z.int().min(0),
    version: z.int().min(1),
    updatedAt: timestamp,
  }),
});

export type ReserveStock = DataOf<typeof ReserveStock>;
export type ReleaseStock = DataOf<typeof ReleaseStock>;
export type CommitStock = DataOf<typeof CommitStock>;
export type ReturnStock = DataOf<typeof ReturnStock>;
export type ListReservations = DataOf<typeof ListReservations>;
export type ReservationsListed = DataOf<typeof ReservationsListed>;
export type StockReserved = DataOf<typeof StockReserved>;
export type StockShort = DataOf<typeof StockShort>;
export type ReservationCancelled = DataOf<typeof ReservationCancelled>;
export type StockReleased = DataOf<typeof StockReleased>;
export type StockCommitted = DataOf<typeof StockCommitted>;
export type StockReturned = DataOf<typeof StockReturned>;
export type ProductChanged = DataOf<typeof ProductChanged>;
export type StockChanged = DataOf<typeof StockChanged>;
