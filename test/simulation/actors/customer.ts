import { callerOf } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { CancelOrder } from '../../../apps/order-service/src/commands/cancel-order/cancel-order.command.js';
import { PlaceOrder } from '../../../apps/order-service/src/commands/place-order/place-order.command.js';
import {
  placeOrderBody,
  requestedOrder,
} from '../../../apps/order-service/src/commands/place-order/place-order.dto.js';
import type { Report } from '../invariants/commit-observer.js';
import type { PlannedOrder } from '../plan.js';
import type { Cluster } from '../services/cluster.js';
import type { World } from '../world/simulation-world.js';
import { RetryingClient } from './retrying-client.js';

/** While the catalogue has not arrived yet. */
const transientRefusals: ReadonlySet<string> = new Set(['unknown-product']);

/** Somebody who wants one order, and may change their mind about it, even twice. */
export class Customer {
  readonly name: string;
  readonly #placing: RetryingClient<OrderDocument>;
  readonly #cancellations: RetryingClient<OrderDocument>[] = [];

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    private readonly planned: PlannedOrder,
    index: number,
    private readonly report: Report,
  ) {
    this.name = `customer-${index}`;
    const { customer, lines, method, token, hasReference } = planned;
    const body = placeOrderBody.parse({
      ...(hasReference && { orderId: `ref-${index}` }),
      items: lines.map(({ sku, quantity }) => ({ productId: sku, quantity })),
      shippingAddress: { street: '123 Main St', city: 'Boston', zipCode: '02108' },
      payment: { method, ...(method === 'card' && { token }) },
    });
    const idempotency = {
      caller: customer,
      operation: 'POST /api/orders',
      key: `key-${index}`,
      content: body,
    };
    const caller = callerOf(customer, ['customer']);
    const command = new PlaceOrder(caller, customer, requestedOrder(body), idempotency);
    this.#placing = new RetryingClient(
      world,
      cluster,
      {
        client: this.name,
        transientRefusals,
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

  /** Null when the order was refused. */
  get order(): OrderDocument | null | undefined {
    return this.#placing.outcome;
  }

  get isServed(): boolean {
    return [this.#placing, ...this.#cancellations].every(({ isAnswered }) => isAnswered);
  }

  cancel(): void {
    const { orderId } = this;
    if (orderId === undefined) return;
    const { customer } = this.planned;
    const key = `cancel-${this.#cancellations.length}-of-${orderId}`;
    const idempotency = { caller: customer, operation: 'POST /api/orders/:id/cancel', key, content: null };
    const command = new CancelOrder(callerOf(customer, ['customer']), orderId, null, undefined, idempotency);
    const cancelling = new RetryingClient<OrderDocument>(
      this.world,
      this.cluster,
      {
        client: this.name,
        send: async ({ cancelOrder }) => (await cancelOrder.execute(command)).response,
      },
      this.report,
    );
    this.#cancellations.push(cancelling);
    cancelling.begin();
  }
}
