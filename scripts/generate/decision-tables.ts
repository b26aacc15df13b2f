import { reservationStatuses } from '#libs/contracts/inventory/inventory.messages.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { Defect } from '#libs/kernel/errors.js';
import { money } from '#libs/kernel/money.js';
import * as inventory from '../../apps/inventory-service/src/domain/reservation.js';
import { emptyStock } from '../../apps/inventory-service/src/domain/stock.js';
import { replyOf as stockReply } from '../../apps/inventory-service/src/reservations/record-outcome.js';
import { paymentStatuses } from '../../apps/payment-service/src/domain/payment-status.js';
import * as payment from '../../apps/payment-service/src/domain/payment.js';
import { replyOf as paymentReply } from '../../apps/payment-service/src/participant/reply.js';

/**
 * What our participants answer to each command in each state. The tables are made by running the rules, so that they
 * cannot say anything else.
 */

const nothing = 'nothing known';
const id = '01993c5e-7a10-7c22-8a41-0be2f93d7715';
const orderId = '01993c5e-7a10-7c21-9f3a-5d1e84b7c602';
const at = new Date(0);
const later = new Date(1);

interface Told {
  readonly message: MessageType;
  readonly status: string;
}

type Rule<State> = (known: State | undefined) => Told;

/** A command, or a circumstance of it that makes a difference. */
interface Column<State> {
  readonly title: string;
  readonly rule: Rule<State>;
  /** Where a column is about what is known only, or about what is not. */
  readonly only?: (known: State | undefined) => boolean;
}

function cell<State extends { readonly status: string }>(
  { rule, only = () => true }: Column<State>,
  known: State | undefined,
): string {
  if (!only(known)) return '';
  try {
    const { message, status } = rule(known);
    const answer = `\`${message.type.split('.')[1]}\``;
    return status === known?.status ? answer : `${answer}, becomes ${status}`;
  } catch (error) {
    if (error instanceof Defect) return 'no answer: parked';
    throw error;
  }
}

const table = <State extends { readonly status: string }>(
  states: readonly State[],
  columns: readonly Column<State>[],
): string =>
  [
    `| | ${columns.map(({ title }) => title).join(' | ')} |`,
    `| --- |${' --- |'.repeat(columns.length)}`,
    ...[undefined, ...states].map(
      (known) =>
        `| ${known?.status ?? nothing} | ${columns.map((column) => cell(column, known)).join(' | ')} |`,
    ),
  ].join('\n');

const asked = { id, orderId, lines: [{ sku: 'OAK-TABLE', quantity: 1 }] };
const shelf = { ...emptyStock('OAK-TABLE'), available: 1, reserved: 1, sold: 1 };

const inStock = (outcome: inventory.Outcome): Told => ({
  message: stockReply(outcome.answer, outcome.reservation).message,
  status: outcome.reservation.status,
});

export const reservationTable = (): string =>
  table(
    reservationStatuses.map((status): inventory.Reservation => ({
      ...asked,
      lines: status === 'CANCELLED' ? [] : asked.lines,
      shortages: [],
      status,
      createdAt: at,
      updatedAt: at,
    })),
    [
      {
        title: '`reserve-stock`',
        rule: (known) => inStock(inventory.reserve(known, asked, () => shelf, later)),
      },
      {
        title: 'the same, too little in stock',
        rule: (known) => inStock(inventory.reserve(known, asked, () => undefined, later)),
      },
      {
        title: 'the same, expired',
        rule: (known) =>
          inStock(known ? inventory.reserve(known, asked, () => shelf, later) : inventory.bury(asked, later)),
      },
      {
        title: '`release-stock`',
        rule: (known) => inStock(inventory.release(known, asked, () => shelf, later)),
      },
      {
        title: '`commit-stock`',
        rule: (known) => inStock(inventory.commit(known, asked, () => shelf, later)),
      },
      {
        title: '`return-stock`',
        rule: (known) => inStock(inventory.giveBack(known, asked, () => shelf, later)),
      },
    ],
  );

const amount = money(1999, 'USD');
const askedPayment: payment.AskedPayment = { id, orderId, customerId: 'cust-1', amount };
const askedBy = { messageId: id, sagaId: null, commandId: null, traceparent: null };

const ofPayment = (outcome: payment.Outcome): Told => ({
  message: paymentReply(outcome, askedBy).message,
  status: outcome.payment.status,
});

const isUnknown = (known: payment.Payment | undefined): boolean => known === undefined;
const whenCharged =
  (outcome: payment.ChargeOutcome): Rule<payment.Payment> =>
  (known) =>
    ofPayment(payment.take(known, askedPayment, outcome, later));
const whenRefunded =
  (givenBack: payment.Payment['amount']): Rule<payment.Payment> =>
  (known) =>
    ofPayment(payment.refund(known, askedPayment, givenBack, later));

export const paymentTable = (): string =>
  table(
    paymentStatuses.map((status): payment.Payment => ({
      ...askedPayment,
      status,
      declineCode: status === 'DECLINED' ? 'declined' : null,
      createdAt: at,
      updatedAt: at,
    })),
    [
      {
        title: '`take-payment`, the provider captures',
        rule: (known) =>
          known
            ? ofPayment(payment.takeAgain(known, askedPayment))
            : whenCharged({ kind: 'captured' })(known),
      },
      {
        title: 'the same, it declines',
        only: isUnknown,
        rule: whenCharged({ kind: 'declined', code: 'declined' }),
      },
      { title: 'the same, it settles later', only: isUnknown, rule: whenCharged({ kind: 'pending' }) },
      {
        title: 'the same, expired',
        only: isUnknown,
        rule: (known) => ofPayment(payment.giveUp(known, askedPayment, 'expiry', later)),
      },
      { title: '`refund-payment`, the provider gives the amount back', rule: whenRefunded(amount) },
      { title: 'the same, it has nothing to give back', rule: whenRefunded(null) },
    ],
  );
