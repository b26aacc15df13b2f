import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { Refusal } from '#libs/kernel/errors.js';
import { PlaceOrder } from '../../../apps/order-service/src/place-order/place-order.command.js';
import { placeOrderBody } from '../../../apps/order-service/src/place-order/place-order.dto.js';
import type { PlannedOrder } from '../plan.js';
import type { Cluster } from '../services/cluster.js';
import type { OrderProcess } from '../services/order-process.js';
import type { World } from '../world/simulation-world.js';

const patienceMs = 8_000;

/** Refusals that pass: the catalogue has not arrived yet. */
const comesAgainAfter: ReadonlySet<string> = new Set(['unknown-product']);

/** Somebody who wants one order, and asks under one key until there is an answer. */
export class Customer {
  /** Every answer that was given, heard or not. */
  readonly answers: OrderDocument[] = [];
  /** The order, once an answer was heard; null when it was refused for good. */
  outcome: OrderDocument | null | undefined;
  readonly key: string;
  readonly #request;
  #tries = 0;

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    private readonly planned: PlannedOrder,
    readonly index: number,
    private readonly report: (invariant: string, detail: string) => void,
  ) {
    this.key = `key-${index}`;
    this.#request = placeOrderBody.parse({
      ...(planned.hasReference && { orderId: `ref-${index}` }),
      items: planned.lines.map(({ sku, quantity }) => ({ productId: sku, quantity })),
      shippingAddress: { street: '123 Main St', city: 'Boston', zipCode: '02108' },
      payment: { method: planned.method, ...(planned.method === 'card' && { token: planned.token }) },
    });
    world.schedule.after(planned.at, () => this.#try());
  }

  get isServed(): boolean {
    return this.outcome !== undefined;
  }

  #try(): void {
    if (this.isServed) return;
    const { schedule, chance } = this.world;
    this.#tries += 1;
    const process = this.cluster.someOrderProcess;
    if (process) void this.#ask(process);
    // Whatever becomes of it: a connection that breaks, an answer that is lost, a process that dies.
    schedule.after(chance.between(patienceMs / 2, patienceMs), () => this.#try());
  }

  async #ask(process: OrderProcess): Promise<void> {
    const { customer } = this.planned;
    const idempotency = { caller: customer, route: 'POST /api/orders', key: this.key, body: this.#request };
    try {
      const { response } = await process.placeOrder.execute(
        new PlaceOrder(customer, customer, this.#request, idempotency),
      );
      this.#answered(response);
    } catch (error) {
      this.#refused(error);
    }
  }

  #answered(document: OrderDocument): void {
    const { trace, faults, coverage } = this.world;
    const [first] = this.answers;
    this.answers.push(document);
    if (first && JSON.stringify(first) !== JSON.stringify(document)) {
      this.report('one answer per idempotency key', `${this.key}: ${first.id}, then ${document.id}`);
    }
    if (this.isServed) return;
    if (faults.strikes('answer-lost')) {
      trace.note(`customer-${this.index}`, () => `does not hear of order ${document.id}`);
      return;
    }
    trace.note(`customer-${this.index}`, () => `has order ${document.id} after ${this.#tries} tries`);
    coverage.count('customer.served');
    if (this.#tries > 1) coverage.count('customer.tried-again');
    this.outcome = document;
  }

  #refused(error: unknown): void {
    if (error instanceof Refusal) {
      this.world.coverage.count(`refusal.${error.code}`);
      this.world.trace.note(`customer-${this.index}`, () => `is refused: ${error.code}`);
      if (!comesAgainAfter.has(error.code)) this.outcome ??= null;
    } else if (error instanceof Error && error.name !== 'Fault' && error.name !== 'CommitUnknown') {
      this.report('nobody is answered with a defect', `${this.key}: ${error.stack}`);
    }
  }
}
