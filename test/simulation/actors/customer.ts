import { callerOf } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { CancelOrder } from '../../../apps/order-service/src/commands/cancel-order/cancel-order.command.js';
import { PlaceOrder } from '../../../apps/order-service/src/commands/place-order/place-order.command.js';
import {
  placeOrderBody,
  requestedOrder,
  type PlaceOrderBody,
} from '../../../apps/order-service/src/commands/place-order/place-order.dto.js';
import type { Report } from '../invariants/commit-observer.js';
import type { PlannedOrder } from '../plan.js';
import type { Cluster } from '../services/cluster.js';
import type { World } from '../world/simulation-world.js';
import { RetryingClient } from './retrying-client.js';

/** While the catalogue has not arrived yet. */
const transientRefusals: ReadonlySet<string> = new Set(['unknown-product']);

/**
 * Somebody who wants one order, and may change their mind about it, even twice. All customers name their first order
 * alike, and their second one: keys and references are each customer's own, and each operation's.
 */
export class Customer {
  readonly name: string;
  /** Tells the order of somebody who has no key, and may never hear its id. */
  readonly note: string | undefined;
  readonly #placing: RetryingClient<OrderDocument>;
  readonly #cancellations: RetryingClient<OrderDocument>[] = [];

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    readonly planned: PlannedOrder,
    index: number,
    private readonly report: Report,
  ) {
    this.name = `customer-${index}`;
    const { customer, ordinal, hasKey, lines, method, token, hasReference } = planned;
    this.note = hasKey ? undefined : `the order of ${this.name}`;
    const body = placeOrderBody.parse({
      ...(hasReference && { orderId: `ref-${ordinal}` }),
      items: lines.map(({ sku, quantity }) => ({ productId: sku, quantity })),
      shippingAddress: { street: '123 Main St', city: 'Boston', zipCode: '02108' },
      payment: { method, ...(method === 'card' && { token }) },
      note: this.note,
    });
    const idempotency = hasKey
      ? { caller: customer, operation: 'POST /api/orders', key: `key-${ordinal}`, content: body }
      : null;
    const caller = callerOf(customer, ['customer']);
    const command = new PlaceOrder(caller, customer, requestedOrder(body), idempotency);
    this.#placing = new RetryingClient(
      world,
      cluster,
      {
        client: this.name,
        hasKey,
        transientRefusals,
        isOwn: (order) => order.customerId === customer && isWhatWasOrdered(order, body),
        send: async ({ placeOrder }) => (await placeOrder.execute(command)).response,
      },
      report,
    );
    world.schedule.after(planned.at, () => this.#placing.begin());
  }

  /** Undefined until some process has answered with it. */
  get orderId(): string | undefined {
    return this.#placing.firstAnswer?.id;
  }

  /** Null when the order was refused, or its customer could not ask again. */
  get order(): OrderDocument | null | undefined {
    return this.#placing.outcome;
  }

  /** Whatever the customer has heard of it says that there is none. */
  get isSaidToBeUndone(): boolean {
    return this.#placing.isSaidToBeUndone;
  }

  get isServed(): boolean {
    return [this.#placing, ...this.#cancellations].every(({ isAnswered }) => isAnswered);
  }

  cancel(): void {
    const { orderId } = this;
    if (orderId === undefined) return;
    const cancelling = new RetryingClient<OrderDocument>(
      this.world,
      this.cluster,
      {
        client: this.name,
        hasKey: true,
        isOwn: ({ id, customerId }) => id === orderId && customerId === this.planned.customer,
        send: async ({ cancelOrder }) => (await cancelOrder.execute(command)).response,
      },
      this.report,
    );
    const command = this.#cancellation(orderId, this.planned.customer, this.#cancellations.length);
    this.#cancellations.push(cancelling);
    cancelling.begin();
  }

  /** What somebody else sends who knows the id of this order, and the names that its customer uses. */
  cancellationBy(intruder: string): CancelOrder | undefined {
    const { orderId } = this;
    return orderId === undefined ? undefined : this.#cancellation(orderId, intruder, 0);
  }

  #cancellation(id: string, by: string, earlier: number): CancelOrder {
    const key = `key-${this.planned.ordinal}${'-again'.repeat(earlier)}`;
    const operation = 'POST /api/orders/:id/cancel';
    return new CancelOrder(callerOf(by, ['customer']), id, null, undefined, {
      caller: by,
      operation,
      key,
      content: { id },
    });
  }
}

function isWhatWasOrdered(order: OrderDocument, { orderId, items, note }: PlaceOrderBody): boolean {
  return (
    order.clientOrderId === (orderId ?? null) &&
    order.note === (note ?? null) &&
    piecesOf(order.items) === piecesOf(items)
  );
}

/** Two lines of one product are one. */
function piecesOf(items: readonly { readonly productId: string; readonly quantity: number }[]): string {
  const pieces = new Map<string, number>();
  for (const { productId, quantity } of items) pieces.set(productId, (pieces.get(productId) ?? 0) + quantity);
  return [...pieces]
    .map(([productId, quantity]) => `${quantity} ${productId}`)
    .sort()
    .join();
}
