import { Logger } from '@nestjs/common';
import { RefundPayment, TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { newId } from '#libs/kernel/ids.js';
import { moneyToJson, money } from '#libs/kernel/money.js';
import type { Envelope } from '#libs/messaging/envelope';
import { Inbox } from '#libs/messaging/inbox';
import { Outbox, outboxTable } from '#libs/messaging/outbox';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { Participant } from '../participant/participant.js';
import { payments, type PaymentRow } from '../persistence/payment.row.js';
import type { Charge, PaymentProvider } from '../provider/payment-provider.js';
import { InMemoryProvider } from '../provider/testing/in-memory-provider.js';
import { RefundPaymentHandler } from '../refund-payment/refund-payment.handler.js';
import { SettlePaymentHandler } from '../settle-payment/settle-payment.handler.js';
import { TakePaymentHandler } from '../take-payment/take-payment.handler.js';

// What goes wrong in these tests goes wrong on purpose.
Logger.overrideLogger(false);

/** payment-service without database and broker. Two desks on one store are two instances of the service. */
export class PaymentStub {
  readonly units: InMemoryRunner;
  readonly takePayment: TakePaymentHandler;
  readonly refundPayment: RefundPaymentHandler;
  readonly settlePayment: SettlePaymentHandler;

  constructor(
    readonly provider: PaymentProvider = new InMemoryProvider(),
    other?: PaymentStub,
  ) {
    this.units = new InMemoryRunner(other ? { store: other.units.store } : {});
    const outbox = new Outbox('/payment-service');
    const participant = new Participant(this.units, new Inbox(), outbox);
    this.takePayment = new TakePaymentHandler(participant, provider);
    this.refundPayment = new RefundPaymentHandler(participant, provider);
    this.settlePayment = new SettlePaymentHandler(this.units, outbox, provider);
  }

  /** Type and data of every reply, in the order in which they were made. */
  get replies(): { readonly type: string; readonly data: unknown }[] {
    return this.messages.map(({ type, data }) => ({ type, data }));
  }

  get messages(): Envelope[] {
    return this.units.rows(outboxTable).map(({ body }) => JSON.parse(body) as Envelope);
  }

  get payments(): PaymentRow[] {
    return this.units.rows(payments);
  }
}

export const amount = money(5998, 'USD');
export const wireAmount = moneyToJson(amount);

/** The charge that {@link takeCommand} leads to. */
export const chargeOf = (paymentId: string): Charge => ({
  key: paymentId,
  orderId: 'order-1',
  customerId: 'cust-1',
  amount,
  token: 'tok_ok',
});

/** A command as it comes from the broker. Each call makes a message of its own, as a saga's second attempt is. */
export const takeCommand = (paymentId: string, over: Partial<TakePayment> = {}): Envelope<TakePayment> =>
  commandOf(TakePayment.type, {
    paymentId,
    customerId: 'cust-1',
    amount: wireAmount,
    method: 'card',
    token: 'tok_ok',
    ...over,
  });

export const refundCommand = (paymentId: string): Envelope<RefundPayment> =>
  commandOf(RefundPayment.type, { paymentId });

const commandOf = <Data>(type: string, data: Data): Envelope<Data> => ({
  specversion: '1.0',
  id: newId(),
  type,
  source: '/order-service',
  subject: 'order-1',
  time: '2026-01-01T00:00:00Z',
  datacontenttype: 'application/json',
  dataschema: `/schemas/${type}.json`,
  sagaid: '01990000-0000-7000-8000-00000000000a',
  commandid: '01990000-0000-7000-8000-00000000000b',
  data,
});
