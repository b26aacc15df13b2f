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
import type { MessageType } from '#libs/contracts/message-type.js';
import {
  PaymentCancelled,
  PaymentDeclined,
  PaymentRefunded,
  PaymentTaken,
  RefundPayment,
  TakePayment,
} from '#libs/contracts/payment/payment.messages.js';
import { inWords, type WireMoney } from '#libs/contracts/shapes.js';
import type { History } from '../history.js';
import { isSameAmount } from '../money.js';
import { dataOf, typeOf } from '../reply.js';
import type { ChargeItem, PaymentItem, ReservationItem } from './listing.js';

/** What a participant's book says otherwise than its answers did. */
export interface Difference {
  readonly expected: string;
  readonly came: string;
}

const wasAsked = ({ entries }: History, message: MessageType): boolean =>
  entries.some(({ command, what }) => 'sent' in what && command.message.type === message.type);

const wasSaid = ({ entries }: History, { type }: { readonly type: string }): boolean =>
  entries.some(({ what }) => 'came' in what && typeOf(what.came) === type);

type Standing = 'nothing' | 'kept' | 'sold' | 'unknown';

/** How a payment stands by its answers. Asked to give back and not answered yet, it may stand either way. */
function standingOfPayment(history: History): Standing {
  if (wasSaid(history, PaymentRefunded)) return 'nothing';
  if (wasAsked(history, RefundPayment)) return 'unknown';
  if (wasSaid(history, PaymentTaken)) return 'kept';
  return wasSaid(history, PaymentDeclined) || wasSaid(history, PaymentCancelled) ? 'nothing' : 'unknown';
}

function standingOfReservation(history: History): Standing {
  if (wasSaid(history, StockReturned)) return 'nothing';
  if (wasAsked(history, ReturnStock)) return 'unknown';
  if (wasSaid(history, StockCommitted)) return 'sold';
  if (wasAsked(history, CommitStock)) return 'unknown';
  if (wasSaid(history, StockReleased)) return 'nothing';
  if (wasAsked(history, ReleaseStock)) return 'unknown';
  if (wasSaid(history, StockReserved)) return 'kept';
  return wasSaid(history, StockShort) || wasSaid(history, ReservationCancelled) ? 'nothing' : 'unknown';
}

/** The amounts that were asked for under this id, the one that was agreed to first. */
const amountAsked = ({ entries }: History): WireMoney | undefined =>
  entries
    .filter(({ command }) => command.message.type === TakePayment.type)
    .map(({ command }) => (command.data as TakePayment).amount)[0];

const amountGivenBack = ({ entries }: History): WireMoney | null | undefined =>
  entries
    .flatMap(({ what }) => ('came' in what && typeOf(what.came) === PaymentRefunded.type ? [what.came] : []))
    .map((reply) => dataOf(reply)['amount'] as WireMoney | null)[0];

const piecesAsked = ({ entries }: History): number =>
  entries
    .filter(({ command }) => command.message.type === ReserveStock.type)
    .map(({ command }) => (command.data as Partial<ReserveStock>).lines ?? [])
    .slice(0, 1)
    .flat()
    .reduce((pieces, { quantity }) => pieces + quantity, 0);

/** Compares the participant's own book of payments with what it has answered. */
export const differencesInPayments = (histories: readonly History[], items: readonly PaymentItem[]) =>
  compare(histories, items, {
    keyOf: ({ paymentId }) => paymentId,
    holds: ({ status }) => status === 'TAKEN',
    isOwed: (history) => wasSaid(history, PaymentTaken),
    wrong: (item, history) => {
      const standing = standingOfPayment(history);
      const isKept = item.status === 'TAKEN';
      if (standing === 'kept' && !isKept) return 'TAKEN';
      if (standing === 'nothing' && (isKept || item.status === 'PENDING')) return 'neither TAKEN nor PENDING';
      const asked = amountAsked(history);
      if (asked && item.amount && !isSameAmount(item.amount, asked)) return inWords(asked);
      return item.orderId === history.orderId ? undefined : `order ${history.orderId}`;
    },
  });

/** Compares the ledger of the payment provider with what the participant has answered. */
export const differencesInCharges = (histories: readonly History[], items: readonly ChargeItem[]) =>
  compare(histories, items, {
    keyOf: ({ key }) => key,
    holds: (item) => !keepsNothing(item),
    isOwed: (history) => wasSaid(history, PaymentTaken),
    wrong: (item, history) => {
      const standing = standingOfPayment(history);
      const asked = amountAsked(history);
      if (standing === 'nothing' && !keepsNothing(item))
        return 'nothing kept of it: all that was captured refunded, and nothing pending';
      if (item.captured && asked && !isSameAmount(item.captured, asked))
        return `${inWords(asked)} captured, once`;
      if (standing === 'kept' && (!item.captured || item.refunded)) return `${inWords(asked)} kept`;
      const givenBack = amountGivenBack(history);
      return givenBack && !(item.refunded && isSameAmount(item.refunded, givenBack))
        ? `${inWords(givenBack)} refunded`
        : undefined;
    },
  });

export const keepsNothing = ({ captured, refunded, pending }: ChargeItem): boolean =>
  !pending && (captured === null || (refunded !== null && isSameAmount(captured, refunded)));

/** Compares an inventory's book of reservations with what it has answered. */
export const differencesInReservations = (histories: readonly History[], items: readonly ReservationItem[]) =>
  compare(histories, items, {
    keyOf: ({ reservationId }) => reservationId,
    holds: ({ status }) => status === 'RESERVED' || status === 'COMMITTED',
    isOwed: (history) => wasSaid(history, StockReserved),
    wrong: (item, history) => {
      const standing = standingOfReservation(history);
      const holds = item.status === 'RESERVED' || item.status === 'COMMITTED';
      if (standing === 'nothing' && holds) return 'nothing held or sold';
      if (standing === 'kept' && item.status !== 'RESERVED') return 'RESERVED';
      if (standing === 'sold' && item.status !== 'COMMITTED') return 'COMMITTED';
      const pieces = piecesAsked(history);
      if (item.pieces !== 0 && item.pieces !== pieces) return `${pieces} pieces`;
      return item.orderId === history.orderId ? undefined : `order ${history.orderId}`;
    },
  });

interface Comparison<Item> {
  readonly keyOf: (item: Item) => string;
  /** Whether money or stock is held by it. */
  readonly holds: (item: Item) => boolean;
  /** Whether the book has to have it. */
  readonly isOwed: (history: History) => boolean;
  /** What the item should say and does not. */
  readonly wrong: (item: Item, history: History) => string | undefined;
}

function compare<Item extends { orderId: string | null }>(
  histories: readonly History[],
  items: readonly Item[],
  { keyOf, holds, isOwed, wrong }: Comparison<Item>,
): Difference[] {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  const known = new Set(histories.map(({ about }) => about));
  const orders = new Set(histories.map(({ orderId }) => orderId));
  const differences: Difference[] = [];
  for (const history of histories) {
    const item = byKey.get(history.about);
    if (!item && isOwed(history))
      differences.push({ expected: `${history.about} to be in it`, came: 'a book without it' });
    const expected = item && wrong(item, history);
    if (expected !== undefined)
      differences.push({ expected: `${expected}, of ${history.about}`, came: JSON.stringify(item) });
  }
  for (const item of items) {
    if (holds(item) && !known.has(keyOf(item)) && item.orderId !== null && orders.has(item.orderId))
      differences.push({
        expected: `nothing of order ${item.orderId} that was not asked for`,
        came: JSON.stringify(item),
      });
  }
  return differences;
}
