import { Logger } from '@nestjs/common';
import { Defect, LoneFault } from '#libs/kernel/errors.js';
import { counter } from '#libs/observability';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { anyWriter } from './order-status-share.row.js';
import type { OrderViewReader } from './order-view.reader.js';
import { showOrder } from './order-view.unit.js';
import type { OrderVersion, WrittenOrder, WrittenOrders } from './written-orders.js';

/** Who compared: the sweep with what changed lately, the sweep with all orders, or a reconciliation. */
export const comparers = ['recent', 'all', 'reconciliation'] as const;
export type Comparer = (typeof comparers)[number];

/**
 * `repaired`: the view lacked what its order had become. `ahead`: it shows what its order never was, or is no more.
 * `failed`: what the order is cannot be shown.
 */
const results = ['repaired', 'ahead', 'failed'] as const;
type Result = (typeof results)[number];

const outOfStep = counter({
  name: 'orders_views_out_of_step_total',
  help: 'Views of orders that differed from their orders when events should long have come, by who compared, and the result.',
  labels: { found_by: comparers, result: results },
});

const words: Readonly<Record<Result, string>> = {
  repaired: 'views were behind their orders: their events are lost, or very late; they are repaired',
  ahead: 'views show more than their orders have been: the write side has lost something',
  failed: 'orders cannot be shown, and their views are behind',
};

/** In one line of the log. */
const maxIds = 20;

/**
 * Checks whether views show what their orders are, and repairs those that are behind. An event that comes at the same time
 * does no harm, nor does another repair: a view only ever goes to a newer version.
 */
export class ViewRepair {
  readonly #logger = new Logger('ViewRepair');
  readonly #writer = anyWriter();

  constructor(
    private readonly orders: Pick<WrittenOrders, 'find'>,
    private readonly views: Pick<OrderViewReader, 'states'>,
    /** Of the read side. */
    private readonly units: Pick<UnitOfWorkRunner, 'run'>,
  ) {}

  /**
   * @param orders as they were read, long enough after they last changed for their events to have come.
   * @throws Fault when either side is away. What was repaired by then stays so.
   */
  async compare(orders: readonly OrderVersion[], comparer: Comparer): Promise<void> {
    const shown = await this.#versionsOf(orders);
    const differing = orders.filter(({ id, version }) => shown.get(id) !== version);
    if (differing.length === 0) return;
    // Read again: an order that has changed since is shown as it is now, and is not behind what its view shows.
    const written = await this.orders.find(differing.map(({ id }) => id));
    const found = new Map(results.map((result): [Result, string[]] => [result, []]));
    const outcomes = await Promise.allSettled(
      written.map(async (order) => {
        const result = await this.#resultOf(order, shown.get(order.id) ?? 0);
        if (result) found.get(result)!.push(order.id);
      }),
    );
    for (const [result, ids] of found) this.#tell(result, ids, comparer);
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
  }

  async #versionsOf(orders: readonly OrderVersion[]): Promise<ReadonlyMap<string, number>> {
    if (orders.length === 0) return new Map();
    const states = await this.views.states(orders.map(({ id }) => id));
    return new Map(states.map(({ id, version }) => [id, version]));
  }

  /** Null: it was so for a moment only. */
  async #resultOf(order: WrittenOrder, shown: number): Promise<Result | null> {
    if (shown >= order.version) return shown > order.version ? 'ahead' : null;
    try {
      const outcome = await this.units.run(showOrder(order.document(), this.#writer));
      return outcome === 'shown' ? 'repaired' : null;
    } catch (error) {
      // One that cannot be shown must not keep the others from being compared.
      if (!(error instanceof Defect || error instanceof LoneFault)) throw error;
      this.#logger.error('an order cannot be shown', { orderId: order.id }, error);
      return 'failed';
    }
  }

  #tell(result: Result, ids: readonly string[], comparer: Comparer): void {
    if (ids.length === 0) return;
    outOfStep.inc({ found_by: comparer, result }, ids.length);
    for (let at = 0; at < ids.length; at += maxIds) {
      const orderIds = ids.slice(at, at + maxIds);
      this.#logger.warn(words[result], { orderIds, count: orderIds.length, source: comparer });
    }
  }
}
