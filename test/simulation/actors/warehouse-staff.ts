import { callerOf } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { ChangeOrderStatus } from '../../../apps/order-service/src/commands/change-order-status/change-order-status.command.js';
import { orders } from '../../../apps/order-service/src/persistence/order.row.js';
import type { Report } from '../invariants/commit-observer.js';
import type { Cluster, Databases } from '../services/cluster.js';
import type { World } from '../world/simulation-world.js';
import { RetryingClient } from './retrying-client.js';

const caller = callerOf('warehouse', ['operator']);

/** The next status that staff set after the one that they saw; the order may have changed by the time they set it. */
const nextOf = {
  CONFIRMED: { status: 'PREPARING' },
  PREPARING: { status: 'SHIPPED', trackingNumber: '1Z999' },
  SHIPPED: { status: 'OUT_FOR_DELIVERY' },
  OUT_FOR_DELIVERY: { status: 'DELIVERED' },
} as const;

/** Packs and ships. */
export class WarehouseStaff {
  readonly #changes: RetryingClient<OrderDocument>[] = [];

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    private readonly databases: Databases,
    private readonly report: Report,
  ) {}

  get isServed(): boolean {
    return this.#changes.every(({ isAnswered }) => isAnswered);
  }

  takeOn(orderId: string): void {
    const order = this.databases.orders.peek(orders, orderId);
    const body = order && nextOf[order.status as keyof typeof nextOf];
    if (!body) return;
    const key = `key-${this.#changes.length}`;
    const idempotency = {
      caller: caller.subject,
      operation: 'PUT /api/orders/:id/status',
      key,
      content: { id: orderId, ...body },
    };
    const command = new ChangeOrderStatus(caller, orderId, body, undefined, idempotency);
    const change = new RetryingClient<OrderDocument>(
      this.world,
      this.cluster,
      {
        client: 'warehouse',
        hasKey: true,
        isOwn: ({ id }) => id === orderId,
        send: async ({ changeStatus }) => (await changeStatus.execute(command)).response,
      },
      this.report,
    );
    this.#changes.push(change);
    // Somebody reads a list, and walks over.
    this.world.schedule.after(this.world.chance.longTailed(0, 5_000), () => change.begin());
  }
}
