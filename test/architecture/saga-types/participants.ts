import {
  CommitStock,
  ReleaseStock,
  ReserveStock,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockShort,
} from '#libs/contracts/inventory/inventory.messages.js';
import { participantCommand } from '#libs/saga/definition/participant.js';

export const reserve = participantCommand({
  message: ReserveStock,
  replies: { StockReserved, StockShort },
});
export const release = participantCommand({ message: ReleaseStock, replies: { StockReleased } });
export const commit = participantCommand({ message: CommitStock, replies: { StockCommitted } });

export interface Data {
  readonly reservationId: string;
}

export type Act = 'confirm' | 'reject' | 'give-back';
export type Code = 'out-of-stock' | 'inventory-timeout';

export const reservation = ({ reservationId }: Data) => ({ reservationId });
export const order = ({ reservationId }: Data) => ({
  reservationId,
  lines: [{ sku: 'OAK-TABLE', quantity: 1 }],
});
