import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { OrderClient, orderFor, type Answer } from './order-client.js';
import { pick, type Random } from './random.js';

/** An order that a client wanted, and got. */
export interface PlacedOrder {
  readonly id: string;
  readonly key: string;
  readonly customer: string;
  readonly body: object;
  /** What came before the 201, one entry per try: a status, or what became of the connection. */
  readonly failures: readonly string[];
}

export interface OrderLoadOptions {
  /** Instances of order-service; tries go to them in turn. */
  readonly urls: readonly string[];
  readonly token: (customer: string) => string;
  readonly clients: number;
  readonly random: Random;
  /** A client stops after so many orders, so that a fault which takes long does not fill the disk. Default: 300. */
  readonly ordersPerClient?: number;
  /** How long one order is tried. Default: 120 s. */
  readonly patienceMs?: number;
  /** Most time between two orders of a client: faults are to be met under load, not under overload. Default: 200. */
  readonly thinkMs?: number;
}

/** Mostly good orders, and some of every other end. */
const wishes = [
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
 * is answered 201: what a careful storefront does about a service that comes and goes.
 */
export class OrderLoad {
  readonly placed: PlacedOrder[] = [];
  /** Orders begun; more than were placed while some are still being tried. */
  begun = 0;
  private stopping = false;
  private readonly clients: Promise<unknown>;

  constructor(private readonly options: OrderLoadOptions) {
    this.clients = Promise.all(Array.from({ length: options.clients }, (_, n) => this.client(n)));
    // Looked at by stop(); until then a failure is not unhandled.
    this.clients.catch(() => undefined);
  }

  /** Begins no further order, and brings those that were begun to their 201. @throws what a client could not get over. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.clients;
  }

  private async client(n: number): Promise<void> {
    const { ordersPerClient = 300, thinkMs = 200, random, token } = this.options;
    const customer = `customer-${n}`;
    for (let order = 0; order < ordersPerClient && !this.stopping; order += 1) {
      this.begun += 1;
      this.placed.push(await this.place(customer, token(customer), pick(random, wishes), n + order));
      await pause(random() * thinkMs);
    }
  }

  private async place(customer: string, token: string, body: object, turn: number): Promise<PlacedOrder> {
    const { urls, patienceMs = 120_000, random } = this.options;
    const key = randomUUID();
    const failures: string[] = [];
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const client = new OrderClient(urls[(turn + failures.length) % urls.length]!, token);
      const answer = await client.place(body, { 'idempotency-key': key }).catch(brokenConnection);
      if (typeof answer !== 'string') {
        if (answer.status === 201) return { id: answer.body.id, key, customer, body, failures };
        if (!worthAnotherTry(answer)) {
          throw new Error(`an order was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
        }
      }
      failures.push(typeof answer === 'string' ? answer : String(answer.status));
      if (performance.now() > deadline) {
        throw new Error(`an order was not accepted within ${patienceMs} ms: ${failures.join(', ')}`);
      }
      await pause(100 + random() * 200);
    }
  }
}

const worthAnotherTry = ({ status }: Answer<OrderDocument>): boolean => status >= 500 || status === 409;

/** By fields, not by `instanceof`: under jest, fetch throws errors of another realm. */
function brokenConnection(error: unknown): string {
  const { cause, name } = error as Error;
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
}
