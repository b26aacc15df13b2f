import { assertNever } from '#libs/kernel/errors.js';
import { formatAmount, type Money } from '#libs/kernel/money.js';
import type { OrderStatus } from './order-status.js';

/** WHAT HAS TO BE TRUE OF AN ORDER, ITS PAYMENT AND ITS STOCK. Pure: what each side says goes in, what is wrong comes out. */

/** An order at rest: nothing of it is under way. Its ids are those that its place-order saga chose. */
export interface ReconciledOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly total: Money;
  readonly paidByCard: boolean;
  /** Null where the saga is missing that would know. */
  readonly expected: ExpectedParts | null;
}

/** Which payment and which reservation are the order's own. */
export interface ExpectedParts {
  /** Null: none was to be made. */
  readonly paymentId: string | null;
  /** Null: only the saga knew, and it was over so long ago that it is kept no more. */
  readonly reservationId: string | null;
}

/** An order that a saga has to carry on, and none does: nobody will ever tell its customer what became of it. */
export const withoutSaga = ({ id, status, total, paidByCard }: ReconciledOrder): Finding =>
  finding('saga-missing', id, {
    atRisk: paidByCard ? total : null,
    detail: `Order ${id} is ${status}, and no saga is at work for it.`,
  });

export interface ReconciledPayment {
  readonly paymentId: string;
  readonly orderId: string;
  /** As payment-service recorded it; null: it knows nothing of it. */
  readonly recorded: 'TAKEN' | 'DECLINED' | 'PENDING' | 'REFUNDED' | 'CANCELLED' | null;
  /** What payment-service was asked to take, and what it gives back; null: it does not know. */
  readonly asked: Money | null;
  /** By the provider's own book: captured minus refunded. */
  readonly kept: Money | null;
  /** The provider may capture it yet. */
  readonly pending: boolean;
  /** The order that the provider was told; null: none, or the same. */
  readonly chargedTo: string | null;
}

export interface ReconciledReservation {
  readonly reservationId: string;
  readonly orderId: string;
  readonly status: 'RESERVED' | 'SHORT' | 'RELEASED' | 'CANCELLED' | 'COMMITTED' | 'RETURNED';
  readonly pieces: number;
}

export const findingKinds = [
  'charge-without-order',
  'second-charge',
  'money-kept',
  'not-paid',
  'amount-differs',
  'books-differ',
  'reservation-without-order',
  'second-reservation',
  'stock-held',
  'stock-sold',
  'stock-not-sold',
  'saga-missing',
  'saga-needs-attention',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** What gives back what nobody may keep. Null: a person has to decide. */
export type Fix = 'refund' | 'release' | 'return';

export interface Finding {
  readonly kind: FindingKind;
  readonly orderId: string;
  readonly paymentId: string | null;
  readonly reservationId: string | null;
  /** Money that is in the wrong place, or missing. */
  readonly atRisk: Money | null;
  /** Pieces of stock that are. */
  readonly pieces: number | null;
  readonly fix: Fix | null;
  readonly detail: string;
}

/** What an order at rest says about its money and its goods. Null: it is not at rest. */
export function expectationOf(
  status: OrderStatus,
): { money: 'all' | 'none' | 'any'; stock: 'sold' | 'none' | 'any' } | null {
  switch (status) {
    case 'PENDING':
    case 'CANCELLING':
      return null;
    case 'CONFIRMED':
    case 'PREPARING':
    case 'SHIPPED':
    case 'OUT_FOR_DELIVERY':
    case 'DELIVERED':
      return { money: 'all', stock: 'sold' };
    case 'REJECTED':
    case 'CANCELLED':
      return { money: 'none', stock: 'none' };
    case 'PARTIALLY_REFUNDED':
    case 'RETURNED':
      return { money: 'any', stock: 'any' };
    case 'REFUNDED':
      return { money: 'none', stock: 'any' };
    default:
      return assertNever(status, 'order status');
  }
}

/** All that is wrong with an order at rest, given everything that was listed for it. */
export function findingsOf(
  order: ReconciledOrder,
  payments: readonly ReconciledPayment[],
  reservations: readonly ReconciledReservation[],
): Finding[] {
  const expectation = expectationOf(order.status);
  if (!expectation) return [];
  if (!order.expected) {
    return [
      finding('saga-missing', order.id, {
        detail: `Order ${order.id} has no saga that says what was asked for it.`,
      }),
    ];
  }
  const { paymentId, reservationId } = order.expected;
  const own = payments.find((payment) => payment.paymentId === paymentId);
  const held =
    reservationId === null
      ? likeliest(reservations)
      : reservations.find((reservation) => reservation.reservationId === reservationId);
  const isPaid = expectation.money !== 'all' || !order.paidByCard || isSame(own?.kept ?? null, order.total);
  const isSold = expectation.stock !== 'sold' || held?.status === 'COMMITTED';
  return [
    ...ofOwnPayment(order, expectation.money, own),
    ...payments.filter((payment) => payment !== own).flatMap((other) => ofSecondPayment(other, isPaid)),
    ...ofOwnReservation(order, expectation.stock, held),
    ...reservations
      .filter((reservation) => reservation !== held)
      .flatMap((other) => ofSecondReservation(other, isSold)),
  ];
}

/** An order's saga makes one reservation. Where nobody knows which, one that keeps stock stands for it, sold before held. */
const likeliest = (reservations: readonly ReconciledReservation[]): ReconciledReservation | undefined =>
  reservations.find(({ status }) => status === 'COMMITTED') ??
  reservations.find(({ status }) => status === 'RESERVED') ??
  reservations[0];

/** A payment or a reservation that names an order that does not exist. */
export function findingsWithoutOrder(
  payments: readonly ReconciledPayment[],
  reservations: readonly ReconciledReservation[],
): Finding[] {
  return [
    ...payments.flatMap((payment) => {
      if (!holdsMoney(payment)) return ofBooks(payment);
      const { orderId, paymentId } = payment;
      const detail = `${held(payment)} for order ${orderId}, which does not exist.`;
      return [finding('charge-without-order', orderId, { paymentId, ...giveBack(payment), detail })];
    }),
    ...reservations.flatMap(({ orderId, reservationId, status, pieces }) => {
      const fix = undoing(status);
      if (!fix) return [];
      const detail = `${pieces} pieces are ${status} for order ${orderId}, which does not exist.`;
      return [finding('reservation-without-order', orderId, { reservationId, pieces, fix, detail })];
    }),
  ];
}

function ofOwnPayment(
  order: ReconciledOrder,
  money: 'all' | 'none' | 'any',
  payment: ReconciledPayment | undefined,
): Finding[] {
  const { id, status, total } = order;
  const paymentId = payment?.paymentId ?? order.expected?.paymentId ?? null;
  const kept = payment?.kept ?? null;
  if (money === 'none' && payment && holdsMoney(payment)) {
    const detail = `Order ${id} is ${status}, and ${held(payment)} of it.`;
    return [finding('money-kept', id, { paymentId, ...giveBack(payment), detail })];
  }
  if (money === 'all' && !order.paidByCard && payment && holdsMoney(payment)) {
    return ofSecondPayment(payment, true);
  }
  if (money === 'all' && order.paidByCard && !isSame(kept, total)) {
    if (!payment || !keepsMoney(payment)) {
      const detail = `Order ${id} is ${status}, and the provider keeps nothing of its ${inWords(total)}.`;
      return [finding('not-paid', id, { paymentId, atRisk: total, detail })];
    }
    const detail = `Order ${id} costs ${inWords(total)}, and ${inWords(kept)} are kept.`;
    return [finding('amount-differs', id, { paymentId, atRisk: kept, detail })];
  }
  return payment ? ofBooks(payment) : [];
}

/** The provider's book and payment-service's record say different things, whatever the order says. */
function ofBooks(payment: ReconciledPayment): Finding[] {
  const { orderId, paymentId, recorded, asked, kept, pending, chargedTo } = payment;
  const about = { paymentId, atRisk: kept ?? asked };
  if (chargedTo !== null && chargedTo !== orderId) {
    const detail = `payment-service has payment ${paymentId} of order ${orderId}, the provider of ${chargedTo}.`;
    return [finding('books-differ', orderId, { ...about, detail })];
  }
  // Nothing of it is under way any more, so that nothing is to be pending.
  const agrees = recorded === 'TAKEN' ? isSame(asked, kept) : recorded !== 'PENDING' && !holdsMoney(payment);
  if (agrees) return [];
  const provider = pending ? 'has it as pending' : `keeps ${inWords(kept)}`;
  const detail = `payment-service has payment ${paymentId} as ${recorded ?? 'unknown'}; the provider ${provider}.`;
  return [finding('books-differ', orderId, { ...about, detail })];
}

/** @param isPaid whether the order is paid without this payment; if not, a refund could take what the customer has paid with. */
function ofSecondPayment(payment: ReconciledPayment, isPaid: boolean): Finding[] {
  const { orderId, paymentId } = payment;
  if (!holdsMoney(payment)) return ofBooks(payment);
  const { atRisk, fix } = giveBack(payment);
  const detail = `${held(payment)} for order ${orderId} that is not to be paid with it.`;
  return [finding('second-charge', orderId, { paymentId, atRisk, fix: isPaid ? fix : null, detail })];
}

/**
 * What is at risk, and how it is given back. payment-service asks the provider for nothing that it has given back already,
 * and treats a refund of a cancelled payment, or of an amount that it does not know, as a defect: there, only a person can
 * help.
 */
function giveBack({ orderId, recorded, asked, kept, chargedTo }: ReconciledPayment) {
  const undone = recorded === 'REFUNDED' || recorded === 'CANCELLED';
  const other = asked !== null && kept !== null && !isSame(asked, kept);
  const elsewhere = chargedTo !== null && chargedTo !== orderId;
  return { atRisk: kept ?? asked, fix: undone || other || elsewhere ? null : ('refund' as const) };
}

function ofOwnReservation(
  { id, status, expected }: ReconciledOrder,
  stock: 'sold' | 'none' | 'any',
  reservation: ReconciledReservation | undefined,
): Finding[] {
  const reservationId = reservation?.reservationId ?? expected?.reservationId ?? null;
  const standing = reservation?.status ?? 'unknown';
  const pieces = reservation?.pieces ?? null;
  if (stock === 'sold' && standing !== 'COMMITTED') {
    const detail = `Order ${id} is ${status}, and its reservation is ${standing}, not COMMITTED.`;
    return [finding('stock-not-sold', id, { reservationId, pieces, detail })];
  }
  const fix = reservation && undoing(reservation.status);
  if (stock !== 'none' || !fix) return [];
  const kind = fix === 'release' ? 'stock-held' : 'stock-sold';
  const detail = `Order ${id} is ${status}, and ${pieces ?? 0} pieces are still ${standing} for it.`;
  return [finding(kind, id, { reservationId, pieces, fix, detail })];
}

/** @param isSold whether the order has its stock without this reservation; if not, its goods may come from this one. */
function ofSecondReservation(
  { orderId, reservationId, status, pieces }: ReconciledReservation,
  isSold: boolean,
): Finding[] {
  const fix = undoing(status);
  if (!fix) return [];
  const detail = `${pieces} pieces are ${status} for order ${orderId} with a reservation that its saga never asked for.`;
  const safe = isSold ? fix : null;
  return [finding('second-reservation', orderId, { reservationId, pieces, fix: safe, detail })];
}

/** How to give back the stock that a reservation in this state keeps from sale; null: it keeps none. */
const undoing = (status: ReconciledReservation['status']): Fix | null =>
  status === 'RESERVED' ? 'release' : status === 'COMMITTED' ? 'return' : null;

const keepsMoney = ({ kept }: ReconciledPayment): boolean => (kept?.amountMinor ?? 0) > 0;

/** Money is kept, or may be yet. */
const holdsMoney = (payment: ReconciledPayment): boolean => keepsMoney(payment) || payment.pending;

const held = (payment: ReconciledPayment): string =>
  keepsMoney(payment) ? `${inWords(payment.kept)} are kept` : 'a charge is pending';

/** Nothing is nothing in every currency: what costs nothing needs no charge. */
const isSame = (a: Money | null, b: Money | null): boolean =>
  (a?.amountMinor ?? 0) === (b?.amountMinor ?? 0) &&
  ((a?.amountMinor ?? 0) === 0 || a?.currency === b?.currency);

export const finding = (
  kind: FindingKind,
  orderId: string,
  more: Partial<Omit<Finding, 'kind' | 'orderId'>> & Pick<Finding, 'detail'>,
): Finding => ({
  kind,
  orderId,
  paymentId: null,
  reservationId: null,
  atRisk: null,
  pieces: null,
  fix: null,
  ...more,
});

const inWords = (amount: Money | null): string =>
  amount ? `${formatAmount(amount)} ${amount.currency}` : 'nothing';
