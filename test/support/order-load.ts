import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { retryRequest, type FailedAttempt, type RetryOptions } from './retry-request.js';
import { orderFor } from './order-client.js';
import { pick, type Random } from './random.js';

/** An order that a client wanted, and got. */
export interface PlacedOrder {
  readonly id: string;
  readonly key: string;
  readonly customer: string;
  readonly body: object;
  /** What came before the 201. */
  readonly failures: readonly FailedAttempt[];
}

export interface OrderLoadOptions {
  /** Instances of order-service; tries go to them in turn. */
  readonly urls: readonly string[];
  readonly token: (customer: string) => string;
  readonly clients: number;
  readonly random: Random;
  /** A client stops after this many orders, so that a fault which takes long does not fill the disk. Default: 300. */
  readonly ordersPerClient?: number;
  /** How long one order is tried. Default: 120 s. */
  readonly maxWaitMs?: number;
  /**
   * The longest time between two orders of a client: faults are to be met under load, not under overload. Default: 1000.
   */
  readonly thinkMs?: number;
  /** What clients order, one as likely as another. Default: mostly good orders, and some of every other end. */
  readonly orderBodies?: readonly object[];
  /** Default: no order is cancelled. */
  readonly cancelling?: Cancelling;
}

/** How clients change their minds. */
export interface Cancelling {
  /** Of the orders, in [0, 1]. */
  readonly share: number;
  /** The longest that a customer thinks it over. */
  readonly withinMs: number;
  /** Of the cancelled orders, in [0, 1]: cancelled by two requests at once. */
  readonly twiceShare: number;
}

/** An order that a client called off, and what status each request was answered with. */
export interface CancelledOrder {
  readonly id: string;
  readonly answers: readonly OrderDocument['status'][];
}

export const usualOrders: readonly object[] = [
  ...Array<object>(12).fill(orderFor('OAK-TABLE')),
  orderFor('OAK-CHAIR'),
  orderFor('PINE-BOX', 'tok_ok', { items: ['PINE-BOX', 'OAK-TABLE', 'DESK-LAMP'].map(one) }),
  orderFor('LED-BULB', 'tok_pending'),
  orderFor('OAK-CHAIR', 'tok_declined'),
  orderFor('OAK-TABLE', 'tok_insufficient_funds'),
  orderFor('PINE-BOX', 'tok_flaky'),
  orderFor('SOLD-OUT'),
];

function one(productId: string): object {
  return { productId, quantity: 1 };
}

/**
 * Clients that place one order after the other, each with a key of its own, and repeat a request under its key until it
 * is answered 201. Some of the orders they cancel, while they go on with others.
 */
export class OrderLoad {
  readonly placed: PlacedOrder[] = [];
  readonly cancelled: CancelledOrder[] = [];
  /** Orders begun; more than were placed while some are still being tried. */
  begun = 0;
  private stopping = false;
  private readonly clients: Promise<unknown>;

  constructor(private readonly options: OrderLoadOptions) {
    this.clients = Promise.all(Array.from({ length: options.clients }, (_, n) => this.client(n)));
    // Looked at by stop(); until then a failure is not unhandled.
    this.clients.catch(() => undefined);
  }

  /** Waits until each client has placed all its orders. @throws what a client could not get over. */
  async finish(): Promise<void> {
    await this.clients;
  }

  /** Begins no further order, and brings those that were begun to their 201 or their end. @throws what a client could not get over. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.clients;
  }

  private async client(n: number): Promise<void> {
    const {
      ordersPerClient = 300,
      thinkMs = 1_000,
      random,
      orderBodies = usualOrders,
      cancelling,
    } = this.options;
    const customer = `customer-${n}`;
    const cancellations: Promise<void>[] = [];
    for (let order = 0; order < ordersPerClient && !this.stopping; order += 1) {
      this.begun += 1;
      const placed = await this.place(customer, pick(random, orderBodies), n + order);
      this.placed.push(placed);
      if (cancelling && random() < cancelling.share) {
        const cancellation = this.cancel(placed, n + order, cancelling);
        // Looked at below; until then a failure is not unhandled.
        cancellation.catch(() => undefined);
        cancellations.push(cancellation);
      }
      await pause(random() * thinkMs);
    }
    await Promise.all(cancellations);
  }

  private async place(customer: string, body: object, firstUrl: number): Promise<PlacedOrder> {
    const key = randomUUID();
    const { answer, failures } = await retryRequest(
      (client) => client.place(body, { 'idempotency-key': key }),
      [201],
      this.retryOptions(customer, firstUrl, 'an order'),
    );
    return { id: answer.body.id, key, customer, body, failures };
  }

  /** Some time after the order was placed its customer does not want it any more, and may say so twice at once. */
  private async cancel(
    { id, customer }: PlacedOrder,
    firstUrl: number,
    cancelling: Cancelling,
  ): Promise<void> {
    const { random } = this.options;
    await pause(random() * cancelling.withinMs);
    const times = random() < cancelling.twiceShare ? 2 : 1;
    const answers = await Promise.all(
      Array.from({ length: times }, (_, n) => {
        const headers = { 'idempotency-key': randomUUID() };
        return retryRequest(
          (client) => client.cancel(id, {}, headers),
          [200, 202],
          this.retryOptions(customer, firstUrl + n, 'a cancellation'),
        );
      }),
    );
    this.cancelled.push({ id, answers: answers.map(({ answer }) => answer.body.status) });
  }

  private retryOptions(customer: string, firstUrl: number, what: string): RetryOptions {
    const { urls, maxWaitMs = 120_000, random, token } = this.options;
    return { urls, token: token(customer), random, maxWaitMs, firstUrl, what };
  }
}
