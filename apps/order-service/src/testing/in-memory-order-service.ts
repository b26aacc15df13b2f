import { newId } from '#libs/kernel/ids.js';
import { callerOf, type Caller } from '#libs/kernel/caller.js';
import {
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
} from '#libs/contracts/inventory/inventory.messages.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { PaymentRefunded, PaymentTaken } from '#libs/contracts/payment/payment.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { Inbox } from '#libs/messaging/inbox';
import { Outbox, outboxTable } from '#libs/messaging/outbox';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { SagaRunner } from '#libs/saga/runner';
import { cancelOrder } from '../commands/cancel-order/cancel-order.unit.js';
import { catalogueProducts } from '../persistence/catalogue-product.row.js';
import { changeOrderStatus } from '../commands/change-order-status/change-order-status.unit.js';
import type { StatusChange } from '../commands/change-order-status/change-order-status.command.js';
import type { ExpectedVersions } from '../commands/order-for-change.js';
import { acceptOrder } from '../commands/place-order/place-order.unit.js';
import type { RequestedOrder } from '../commands/place-order/place-order.command.js';
import type { OrderAct } from '../sagas/order-act.js';
import { orderSagas } from '../sagas/order-sagas.js';
import { OrderBinding } from '../sagas/order.binding.js';
import { PlaceOrderStarter } from '../sagas/start-place-order.js';

export const customer = callerOf('cust-1', ['customer']);
export const operator = callerOf('op-1', ['operator']);

const total = { amount: '59.98', currency: 'USD' };

/** What a participant answers when all is well. */
const answers: Record<string, readonly [MessageType, object]> = {
  'inventory.reserve-stock.v1': [StockReserved, {}],
  'inventory.release-stock.v1': [StockReleased, {}],
  'inventory.commit-stock.v1': [StockCommitted, {}],
  'inventory.return-stock.v1': [StockReturned, {}],
  'payment.take-payment.v1': [PaymentTaken, { amount: total }],
  'payment.refund-payment.v1': [PaymentRefunded, { amount: total }],
};

const twoTables = (method: 'card' | 'cash_on_delivery'): RequestedOrder => ({
  clientOrderId: null,
  currency: null,
  lines: [{ productId: 'TABLE', quantity: 2, attributes: {} }],
  shippingAddress: {
    name: null,
    street: '1 Main',
    city: 'Boston',
    state: null,
    zipCode: '02108',
    country: null,
  },
  payment: { method, token: null },
  note: null,
  attributes: {},
});

type Message = Envelope<Record<string, unknown>>;

/** order-service's writing side in memory, with participants that answer when they are told to. */
export class InMemoryOrderService {
  readonly units = new InMemoryRunner();
  readonly outbox = new Outbox('/order-service');
  readonly sagas = new SagaRunner<OrderAct>(
    this.units,
    this.outbox,
    new Inbox(),
    orderSagas,
    new OrderBinding(this.outbox),
  );

  static async open(): Promise<InMemoryOrderService> {
    const service = new InMemoryOrderService();
    await service.units.seed(catalogueProducts, {
      sku: 'TABLE',
      name: 'Oak table',
      sellerId: 'seller-1',
      priceMinor: 2999,
      currency: 'USD',
      discountPercent: 0,
      active: true,
      version: 1,
      updatedAt: new Date(),
    });
    return service;
  }

  async place(method: 'card' | 'cash_on_delivery' = 'card'): Promise<OrderDocument> {
    const orderId = newId();
    const starter = new PlaceOrderStarter(this.sagas);
    const placement = {
      orderId,
      number: `2026-${orderId}`,
      caller: 'cust-1',
      customerId: 'cust-1',
      requested: twoTables(method),
    };
    return this.units.run(
      acceptOrder(placement, this.outbox, (work, order) => starter.start(work, order, null)),
    );
  }

  cancel(
    orderId: string,
    {
      caller = customer,
      reason = null,
      expectedVersions,
    }: { caller?: Caller; reason?: string | null; expectedVersions?: ExpectedVersions } = {},
  ): Promise<OrderDocument> {
    return this.units.run(
      cancelOrder({ caller, orderId, reason, expectedVersions }, this.sagas, this.outbox),
    );
  }

  setStatus(
    orderId: string,
    change: StatusChange,
    { caller = operator, expectedVersions }: { caller?: Caller; expectedVersions?: ExpectedVersions } = {},
  ): Promise<OrderDocument> {
    return this.units.run(changeOrderStatus({ caller, orderId, change, expectedVersions }, this.outbox));
  }

  /** All that was sent, oldest first. */
  sent(): Message[] {
    return this.units.rows(outboxTable).map(({ body }) => JSON.parse(body) as Message);
  }

  /** What was asked of participants, by type. */
  asked(): string[] {
    return this.sent()
      .filter(({ commandid }) => commandid)
      .map(({ type }) => type);
  }

  /** The last command is answered as it is when all is well. */
  async answer(): Promise<void> {
    const command = this.sent().findLast(({ commandid }) => commandid)!;
    const [message, more] = answers[command.type]!;
    const { reservationId, paymentId } = command.data;
    await this.sagas.reply({
      ...command,
      id: newId(),
      type: message.type,
      causationid: command.id,
      data: { ...(reservationId ? { reservationId } : { paymentId }), ...more },
    });
  }

  /** Answers until nothing is asked any more. */
  async answerAll(): Promise<void> {
    for (let asked = 0; asked < this.asked().length;) {
      asked = this.asked().length;
      await this.answer();
    }
  }

  async confirmed(method?: 'card' | 'cash_on_delivery'): Promise<OrderDocument> {
    const placed = await this.place(method);
    await this.answerAll();
    return placed;
  }
}
