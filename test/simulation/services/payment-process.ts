import { queues } from '#libs/contracts/topology.js';
import { ListPaymentsConsumer } from '../../../apps/payment-service/src/list-payments/list-payments.consumer.js';
import { PaymentPageReader } from '../../../apps/payment-service/src/list-payments/payment-page.reader.js';
import { Participant } from '../../../apps/payment-service/src/participant/participant.js';
import { payments } from '../../../apps/payment-service/src/persistence/payment.row.js';
import { OutageAwareProvider } from '../../../apps/payment-service/src/provider/outage-aware-provider.js';
import type { PaymentProvider } from '../../../apps/payment-service/src/provider/payment-provider.js';
import { RefundPaymentConsumer } from '../../../apps/payment-service/src/refund-payment/refund-payment.consumer.js';
import { RefundPaymentHandler } from '../../../apps/payment-service/src/refund-payment/refund-payment.handler.js';
import { SettlePaymentHandler } from '../../../apps/payment-service/src/settle-payment/settle-payment.handler.js';
import { TakePaymentConsumer } from '../../../apps/payment-service/src/take-payment/take-payment.consumer.js';
import { TakePaymentHandler } from '../../../apps/payment-service/src/take-payment/take-payment.handler.js';
import type { Life } from '../world/life.js';
import type { SimulatedDatabase } from '../world/simulated-database.js';
import type { SimulatedProvider } from '../world/simulated-provider.js';
import { put } from './parts.js';
import { inShortPages, maxPageItems } from './short-pages.js';
import { pollDue } from './poll-due.js';
import { sourceOf } from './simulated-source.js';
import { untruthful } from './untruthful-outbox.js';
import { SimulatedProcess, type ProcessContext } from './simulated-process.js';

/** payment-service, one process, with the poller for pending charges. */
export class PaymentProcess extends SimulatedProcess {
  constructor(context: ProcessContext, life: Life, database: SimulatedDatabase, bank: SimulatedProvider) {
    super(context, life, database, 'payment-service');
    const provider = put<PaymentProvider>(
      context.parts.provider,
      new OutageAwareProvider(bank.connect(life)),
      this.place,
    );
    const outbox = untruthful(this.outbox, context.world, context.untruths);
    const participant = new Participant(this.units, this.inbox, outbox);
    const pages = new PaymentPageReader(sourceOf(this.place));
    this.consume(
      [queues.paymentCommands],
      [
        new TakePaymentConsumer(new TakePaymentHandler(participant, provider)),
        new RefundPaymentConsumer(new RefundPaymentHandler(participant, provider)),
        new ListPaymentsConsumer(this.units, this.outbox, inShortPages(pages), {
          ...provider,
          list: (listing) => provider.list({ ...listing, limit: maxPageItems }),
        }),
      ],
    );
    const settle = new SettlePaymentHandler(this.units, outbox, provider);
    pollDue(this.place, payments, {
      dueAt: ({ nextLookAt }) => nextLookAt,
      // As in the real poller, one that fails is tried again later.
      act: async (rows) => void (await Promise.allSettled(rows.map(({ id }) => settle.handle(id)))),
    });
  }
}
