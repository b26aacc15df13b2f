import {
  PaymentDeclined,
  PaymentRefunded,
  PaymentTaken,
  RefundPayment,
  TakePayment,
} from '#libs/contracts/payment/payment.messages.js';
import type { WireMoney } from '#libs/contracts/shapes.js';
import { newId } from '#libs/kernel/ids.js';
import { command, type Command } from '../command.js';
import { keepsNothing } from '../books/accounts.js';
import { books } from '../books/listing.js';
import { owed } from '../duty.js';
import { isSameAmount } from '../money.js';
import { keyed, ParticipantUnderTest, type RunContext } from '../participant-under-test.js';
import { dataOf, type Reply } from '../reply.js';
import { cameLine } from '../transcript.js';

/** The provider's tokens by their outcome. Undefined: it has none of the kind, and the duties about it are left out. */
export interface Tokens {
  readonly ok: string;
  readonly declined?: string;
  /** Settles later. */
  readonly pending?: string;
  /** Takes a second or more. */
  readonly slow?: string;
}

export interface PaymentGiven {
  readonly tokens: Tokens;
  readonly currency: string;
  /** How long a pending payment may take to be settled. */
  readonly settleSeconds: number;
}

/** A payment service as order-service sees it. A refund of everything shows how much was taken. */
export class PaymentUnderTest extends ParticipantUnderTest {
  readonly #payments = new Set<Command>();

  constructor(
    context: RunContext,
    readonly given: PaymentGiven,
  ) {
    super(context);
  }

  /** An amount in the currency of the run. */
  amount(whole: number): WireMoney {
    return { amount: String(whole), currency: this.given.currency };
  }

  /** A payment that nobody has asked for yet. */
  payment(amount: WireMoney = this.amount(12), token = this.given.tokens.ok): Command<TakePayment> {
    const paymentId = newId();
    const data: TakePayment = { paymentId, customerId: 'conformance', amount, method: 'card', token };
    const take = command(TakePayment, paymentId, data);
    this.#payments.add(take);
    return take;
  }

  refundOf(take: Command): Command {
    return command(RefundPayment, take.about, { paymentId: take.about }, take);
  }

  async takes(amount?: WireMoney): Promise<Command<TakePayment>> {
    const take = this.payment(amount);
    await this.tookAll(take);
    return take;
  }

  /** Takes a payment and asserts the whole amount. With `nth`, once more. */
  async tookAll(take: Command<TakePayment>, nth = 1): Promise<void> {
    await this.orchestrator.post(take);
    this.isAmount(await this.orchestrator.expect(take, PaymentTaken, nth), take.data.amount);
  }

  async declines(take: Command): Promise<Reply> {
    await this.orchestrator.post(take);
    return this.orchestrator.expect(take, PaymentDeclined);
  }

  /** Refunds everything and asserts the amount; null: nothing had been taken. */
  async gaveBack(take: Command, amount: WireMoney | null): Promise<Command> {
    const refund = this.refundOf(take);
    await this.ask(refund, amount);
    return refund;
  }

  async ask(refund: Command, amount: WireMoney | null, nth = 1): Promise<void> {
    await this.orchestrator.post(refund);
    this.isAmount(await this.orchestrator.expect(refund, PaymentRefunded, nth), amount);
  }

  /** Asserts that the reply has this amount, however it is written. @throws DutyBroken */
  isAmount(reply: Reply, amount: WireMoney | null): void {
    const expected = amount === null ? 'amount null' : `an amount of ${amount.amount} ${amount.currency}`;
    owed(isSameAmount(dataOf(reply)['amount'], amount), expected, cameLine(reply));
  }

  harmless(): Command {
    return this.refundOf(this.payment());
  }

  effective() {
    return { command: this.payment(), answer: PaymentTaken };
  }

  async undo(take: Command): Promise<void> {
    const refund = this.refundOf(take);
    await this.orchestrator.post(refund);
    await this.orchestrator.answer(refund);
  }

  broken(): Readonly<Record<string, Command>> {
    const { currency } = this.given;
    const amounts: Readonly<Record<string, unknown>> = {
      'no amount': undefined,
      'a number for an amount': { amount: 12, currency },
      'less than nothing': { amount: '-12', currency },
      'an exponent': { amount: '1e3', currency },
      'no currency': { amount: '12' },
      'a currency in words': { amount: '12', currency: 'dollars' },
    };
    return Object.fromEntries(
      Object.entries(amounts).map(([what, amount]) => {
        const take = this.payment();
        return [what, { ...take, data: { ...take.data, amount } }];
      }),
    );
  }

  async contradicting(): Promise<readonly Command[]> {
    const take = await this.takes();
    const other = this.payment(this.amount(13));
    return [{ ...other, about: take.about, data: { ...other.data, paymentId: take.about } }];
  }

  books() {
    return [keyed(books.payments, ({ paymentId }) => paymentId), keyed(books.charges, ({ key }) => key)];
  }

  /** Asserts by both books that nothing is held of a payment, and nothing may be yet. @throws DutyBroken */
  async keepsNothing({ about }: Command): Promise<void> {
    const charge = (await this.listIfTold(books.charges)).find(({ key }) => key === about);
    owed(!charge || keepsNothing(charge), 'a charge of which nothing is kept', JSON.stringify(charge));
    const payment = (await this.listIfTold(books.payments)).find(({ paymentId }) => paymentId === about);
    const isKept = payment?.status === 'TAKEN' || payment?.status === 'PENDING';
    owed(!isKept, 'a payment that is neither TAKEN nor PENDING', JSON.stringify(payment));
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async tidy(): Promise<void> {
    const all = [...this.#payments].filter(({ about }) => this.orchestrator.wasAsked(TakePayment, about));
    this.#payments.clear();
    await this.settled(all.map((take) => this.refundOf(take)));
  }
}
