import { assertNever, Defect, Fault } from '#libs/kernel/errors.js';
import type { Money } from '#libs/kernel/money.js';
import type { PaymentStatus } from './payment-status.js';

/**
 * THE PAYMENT'S RULES. Pure. The provider is asked first and the outcome is recorded here afterwards, so that commands
 * that came twice, late or at once meet in one row: what is recorded first stands, and everybody is told that.
 */

export interface Payment {
  /** Chosen by the asking side; the provider's idempotency key, too. */
  readonly id: string;
  readonly orderId: string;
  /** Null where the payment is known from its refund alone. */
  readonly customerId: string | null;
  /** What was asked for; null on a tombstone that never learned of it. */
  readonly amount: Money | null;
  readonly status: PaymentStatus;
  readonly declineCode: DeclineCode | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** `provider-timeout` is our own decision, made when the provider neither answered nor holds a charge. */
export type DeclineCode = 'declined' | 'insufficient-funds' | 'invalid-token' | 'provider-timeout';

/** How the provider says that a charge stands. */
export type ChargeOutcome =
  | { readonly kind: 'captured' }
  | { readonly kind: 'declined'; readonly code: DeclineCode }
  | { readonly kind: 'pending' }
  /** The key was refunded: nothing of it is kept, and nothing will be charged with it. */
  | { readonly kind: 'dead'; readonly refunded: Money | null };

export interface AskedPayment {
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly amount: Money;
}

export const answers = ['taken', 'declined', 'pending', 'cancelled', 'refunded'] as const;
export type Answer = (typeof answers)[number];

/** What a command, or a look at a pending charge, came to. `repeated`: recorded before, nothing changes. */
export interface Outcome {
  readonly answer: Answer;
  readonly effect: 'made' | 'changed' | 'repeated';
  readonly payment: Payment;
}

/** What take-payment is told of a payment that is recorded. After a refund it is `cancelled`, whatever it was before. */
export const takenAgain = {
  TAKEN: 'taken',
  DECLINED: 'declined',
  PENDING: 'pending',
  REFUNDED: 'cancelled',
  CANCELLED: 'cancelled',
} as const satisfies Record<PaymentStatus, Answer>;

/** Records how the charge came out. @throws Defect when the id was used for another payment. */
export function take(
  known: Payment | undefined,
  asked: AskedPayment,
  outcome: ChargeOutcome,
  at: Date,
): Outcome {
  if (!known) return { ...begin(asked, outcome, at), effect: 'made' };
  const again = takeAgain(known, asked);
  refuseToContradict(known, outcome);
  return again;
}

/** Answers a payment that is recorded. @throws Defect when the id was used for another payment. */
export function takeAgain(known: Payment, asked: AskedPayment): Outcome {
  refuseOtherPayment(known, asked);
  return { answer: takenAgain[known.status], effect: 'repeated', payment: known };
}

/** Why we decide on a payment without a charge: the provider did not answer, or the command had expired. */
const withoutCharge = {
  silence: { kind: 'declined', code: 'provider-timeout' },
  expiry: { kind: 'dead', refunded: null },
} as const satisfies Record<string, ChargeOutcome>;

/**
 * The provider knows of no charge, and none is to be made: the payment is declined or cancelled from here on, before its
 * key is killed, unless a duplicate has recorded it meanwhile. In this order a duplicate's charge that gets through in
 * between meets a payment that is given up already; killed first, it could report money as taken that has just been given
 * back.
 */
export const giveUp = (
  known: Payment | undefined,
  asked: AskedPayment,
  why: keyof typeof withoutCharge,
  at: Date,
): Outcome => (known ? takeAgain(known, asked) : { ...begin(asked, withoutCharge[why], at), effect: 'made' });

/**
 * A declined or cancelled payment is reported only once its key is dead, in case that a charge got through after all. Whoever
 * recorded it may have ended before that.
 */
export const hasToBeKilled = ({ status }: Payment): boolean =>
  status === 'DECLINED' || status === 'CANCELLED';

/** What needs no provider any more: all was given back, and the key is dead. */
export const isUndone = ({ status }: Payment): boolean => status === 'REFUNDED';

/**
 * Records that the provider gave back what there was.
 * @param givenBack null when nothing had been captured.
 * @throws Defect when the provider's books and ours do not agree.
 */
export function refund(
  known: Payment | undefined,
  asked: Pick<Payment, 'id' | 'orderId'>,
  givenBack: Money | null,
  at: Date,
): Outcome {
  if (!known) return { answer: 'refunded', effect: 'made', payment: unheardOf(asked, givenBack, at) };
  refuseOtherOrder(known, asked);
  if (isUndone(known)) return { answer: 'refunded', effect: 'repeated', payment: known };
  const payment = undo(known, givenBack, at);
  return { answer: 'refunded', effect: payment === known ? 'repeated' : 'changed', payment };
}

/** What was given back of a refunded payment. */
export const amountRefunded = ({ status, amount }: Payment): Money | null =>
  status === 'REFUNDED' ? amount : null;

/** A pending charge was looked at. Null: nothing to record, it goes on being pending or was settled otherwise. */
export function settle(known: Payment, standing: ChargeOutcome, at: Date): Outcome | null {
  if (known.status !== 'PENDING') return null;
  switch (standing.kind) {
    case 'captured':
      return { answer: 'taken', effect: 'changed', payment: { ...known, status: 'TAKEN', updatedAt: at } };
    case 'declined':
      return {
        answer: 'declined',
        effect: 'changed',
        payment: { ...known, status: 'DECLINED', declineCode: standing.code, updatedAt: at },
      };
    case 'pending':
      return null;
    case 'dead':
      // A refund is in hand, between the provider and its record; it records what it came to.
      return null;
    default:
      return assertNever(standing, 'charge outcome');
  }
}

const lookSeconds = { least: 0.5, most: 60 };

/** When to look at a pending charge again: after half of the time that it has been pending, so ever less often. */
export function nextLook({ createdAt }: Pick<Payment, 'createdAt'>, at: Date): Date {
  const pendingSeconds = (at.getTime() - createdAt.getTime()) / 1000;
  const seconds = Math.min(Math.max(pendingSeconds / 2, lookSeconds.least), lookSeconds.most);
  return new Date(at.getTime() + seconds * 1000);
}

function begin(asked: AskedPayment, outcome: ChargeOutcome, at: Date): Pick<Outcome, 'answer' | 'payment'> {
  const made = { ...asked, declineCode: null, createdAt: at, updatedAt: at };
  switch (outcome.kind) {
    case 'captured':
      return { answer: 'taken', payment: { ...made, status: 'TAKEN' } };
    case 'declined':
      return { answer: 'declined', payment: { ...made, status: 'DECLINED', declineCode: outcome.code } };
    case 'pending':
      return { answer: 'pending', payment: { ...made, status: 'PENDING' } };
    case 'dead':
      return {
        answer: 'cancelled',
        payment: { ...made, status: outcome.refunded ? 'REFUNDED' : 'CANCELLED' },
      };
    default:
      return assertNever(outcome, 'charge outcome');
  }
}

const unheardOf = (
  { id, orderId }: Pick<Payment, 'id' | 'orderId'>,
  givenBack: Money | null,
  at: Date,
): Payment => ({
  id,
  orderId,
  customerId: null,
  amount: givenBack,
  status: givenBack ? 'REFUNDED' : 'CANCELLED',
  declineCode: null,
  createdAt: at,
  updatedAt: at,
});

function undo(known: Payment, givenBack: Money | null, at: Date): Payment {
  if (givenBack) {
    if (!sameAmount(known.amount, givenBack)) {
      throw new Defect(`payment ${known.id}: ${shown(givenBack)} given back of ${shown(known.amount)}`);
    }
    return { ...known, status: 'REFUNDED', updatedAt: at };
  }
  if (known.status === 'TAKEN') throw new Defect(`payment ${known.id} is taken, and nothing was given back`);
  return known.status === 'PENDING' ? { ...known, status: 'CANCELLED', updatedAt: at } : known;
}

/** @throws Fault when money may be held of a payment that was given up: tried again, the charge is undone first. */
function refuseToContradict(known: Payment, { kind }: ChargeOutcome): void {
  const holdsMoney = kind === 'captured' || kind === 'pending';
  if (holdsMoney && hasToBeKilled(known)) {
    throw new Fault(`payment ${known.id} was given up while it was charged`);
  }
}

/**
 * @throws Defect when a command of one order names the payment of another. Has to be checked before the provider is
 * asked.
 */
export function refuseOtherOrder(known: Payment, asked: Pick<Payment, 'orderId'>): void {
  if (known.orderId !== asked.orderId) throw new Defect(`payment ${known.id} is of another order`);
}

/** One id, two meanings: answering either would betray the other. A tombstone has not learned of either. */
function refuseOtherPayment(known: Payment, asked: AskedPayment): void {
  refuseOtherOrder(known, asked);
  const same =
    (known.amount === null || sameAmount(known.amount, asked.amount)) &&
    (known.customerId === null || known.customerId === asked.customerId);
  if (!same) throw new Defect(`payment ${known.id} was asked for again with other data`);
}

const sameAmount = (a: Money | null, b: Money): boolean =>
  a?.amountMinor === b.amountMinor && a.currency === b.currency;

const shown = (amount: Money | null): string =>
  amount ? `${amount.amountMinor} ${amount.currency}` : 'nothing';
