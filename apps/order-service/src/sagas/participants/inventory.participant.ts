import {
  CommitStock,
  ReleaseStock,
  ReservationCancelled,
  ReserveStock,
  ReturnStock,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import { participantCommand } from '#libs/saga/definition';

/** What sagas ask of inventory-service, and every answer it may get. */

export const reserveStock = participantCommand({
  message: ReserveStock,
  replies: { StockReserved, StockShort, ReservationCancelled },
});

export const releaseStock = participantCommand({
  message: ReleaseStock,
  replies: { StockReleased },
});

export const commitStock = participantCommand({
  message: CommitStock,
  replies: { StockCommitted },
});

export const returnStock = participantCommand({
  message: ReturnStock,
  replies: { StockReturned },
});
