import { callerOf } from '#libs/kernel/caller.js';
import { Fault } from '#libs/kernel/errors.js';
import { formatToken } from '../../../apps/order-service/src/http/consistency-token.js';
import type { Report } from '../invariants/commit-observer.js';
import type { Cluster } from '../services/cluster.js';
import type { OrderProcess } from '../services/order-process.js';
import type { World } from '../world/simulation-world.js';
import type { Customer } from './customer.js';
import { noReply, noRequest, pageItems } from './reader.js';

/** The intruder may have used that name for an order of their own before. */
const expected: ReadonlySet<string> = new Set([
  'order-not-found',
  'invalid-cursor',
  'idempotency-key-reused',
]);

/** Another customer, who asks for what is not theirs: by its right id, under the names that its owner uses. */
export class Intruder {
  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    private readonly report: Report,
  ) {}

  cancel(customer: Customer, name: string): void {
    const command = customer.cancellationBy(name);
    if (!command) return;
    void this.#ask(`cancel order ${command.orderId}`, ({ cancelOrder }) => cancelOrder.execute(command));
  }

  /** The order itself, with its token; its owner's list; and the intruder's own list with a cursor of its owner's. */
  read({ orderId, planned: { customer } }: Customer, name: string): void {
    if (orderId === undefined) return;
    const caller = callerOf(name, ['customer']);
    const token = formatToken({ orderId, version: 1 });
    void this.#ask(`read order ${orderId}`, ({ details }) =>
      details.show(orderId, caller, token, undefined, noReply),
    );
    const query = { page: 1, limit: pageItems, cursor: undefined };
    void this.#ask(`list orders of ${customer}`, ({ history }) =>
      history.show(customer, query, caller, undefined, noRequest, noReply),
    );
    const position = { createdAt: this.world.schedule.date.toISOString(), id: orderId, page: 2 };
    void this.#ask(`go on with the list of ${customer}`, ({ history, cursors }) => {
      const cursor = cursors.seal({ caller: customer, list: { history: customer } }, position);
      return history.show(name, { ...query, cursor }, caller, undefined, noRequest, noReply);
    });
  }

  async #ask(what: string, send: (process: OrderProcess) => Promise<unknown>): Promise<void> {
    const process = this.cluster.someOrderProcess;
    if (!process) return;
    try {
      await send(process);
      this.report("nobody gets at what is somebody else's", `an intruder could ${what}`);
    } catch (error) {
      if (error instanceof Fault) return;
      const code = (error as { code?: string }).code ?? String(error);
      this.world.coverage.count(`intruder.${code}`);
      if (expected.has(code)) return;
      this.report("somebody else's order is like no order", `an intruder is told ${code}`);
    }
  }
}
