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
  readonly expected: { readonly paymentId: string; readonly reservationId: string } | null;
}

export interface ReconciledPayment {
  readonly paymentId: string;
  readonly orderId: string;
  /** As payment-service recorded it; null: it knows nothing of it. */
  readonly recorded: 'TAKEN' | 'DECLINED' | 'PENDING' | 'REFUNDED' | 'CANCELLED' | null;
  /** By the provider's own book: captured minus refunded. */
  readonly kept: Money | null;
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
  const held = reservations.find((reservation) => reservation.reservationId === reservationId);
  return [
    ...ofOwnPayment(order, expectation.money, own),
    ...payments.filter((payment) => payment !== own).flatMap(ofSecondPayment),
    ...ofOwnReservation(order, expectation.stock, held),
    ...reservations.filter((reservation) => reservation !== held).flatMap(ofSecondReservation),
  ];
}

/** A payment or a reservation that names an order that does not exist. */
export function findingsWithoutOrder(
  payments: readonly ReconciledPayment[],
  reservations: readonly ReconciledReservation[],
): Finding[] {
  return [
    ...payments.filter(keepsMoney).map(({ orderId, paymentId, kept }) =>
      finding('charge-without-order', orderId, {
        paymentId,
        atRisk: kept,
        fix: 'refund',
        detail: `${inWords(kept)} are kept for order ${orderId}, which does not exist.`,
      }),
    ),
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
  if (money === 'none' && payment && keepsMoney(payment)) {
    const detail = `Order ${id} is ${status}, and ${inWords(kept)} of it are kept.`;
    return [finding('money-kept', id, { paymentId, atRisk: kept, fix: 'refund', detail })];
  }
  if (money === 'all' && order.paidByCard) {
    if (!payment || !keepsMoney(payment)) {
      const detail = `Order ${id} is ${status}, and the provider keeps nothing of its ${inWords(total)}.`;
      return [finding('not-paid', id, { paymentId, atRisk: total, detail })];
    }
    if (kept && (kept.amountMinor !== total.amountMinor || kept.currency !== total.currency)) {
      const detail = `Order ${id} costs ${inWords(total)}, and ${inWords(kept)} are kept.`;
      return [finding('amount-differs', id, { paymentId, atRisk: kept, detail })];
    }
  }
  return payment ? ofBooks(payment) : [];
}

/** The provider's book and payment-service's record say different things, whatever the order says. */
function ofBooks(payment: ReconciledPayment): Finding[] {
  const { orderId, paymentId, recorded, kept } = payment;
  if (recorded === 'PENDING' || (recorded === 'TAKEN') === keepsMoney(payment)) return [];
  const detail = `payment-service has payment ${paymentId} as ${recorded ?? 'unknown'}; the provider keeps ${inWords(kept)}.`;
  return [finding('books-differ', orderId, { paymentId, atRisk: kept, detail })];
}

function ofSecondPayment(payment: ReconciledPayment): Finding[] {
  const { orderId, paymentId, kept } = payment;
  if (!keepsMoney(payment)) return [];
  const detail = `${inWords(kept)} are kept for order ${orderId} with a payment that its saga never asked for.`;
  return [finding('second-charge', orderId, { paymentId, atRisk: kept, fix: 'refund', detail })];
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

function ofSecondReservation({ orderId, reservationId, status, pieces }: ReconciledReservation): Finding[] {
  const fix = undoing(status);
  if (!fix) return [];
  const detail = `${pieces} pieces are ${status} for order ${orderId} with a reservation that its saga never asked for.`;
  return [finding('second-reservation', orderId, { reservationId, pieces, fix, detail })];
}

/** What gives stock back that a reservation in this state keeps from sale; null: it keeps none. */
const undoing = (status: ReconciledReservation['status']): Fix | null =>
  status === 'RESERVED' ? 'release' : status === 'COMMITTED' ? 'return' : null;

const keepsMoney = ({ kept }: ReconciledPayment): boolean => (kept?.amountMinor ?? 0) > 0;

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
