import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { Fault } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import { formatToken } from '../../../apps/order-service/src/http/consistency-token.js';
import { orders } from '../../../apps/order-service/src/persistence/order.row.js';
import { orderViews } from '../../../apps/order-service/src/queries/order-view/order-view.row.js';
import type { Report } from '../invariants/commit-observer.js';
import type { Cluster, Databases } from '../services/cluster.js';
import type { OrderProcess } from '../services/order-process.js';
import type { World } from '../world/simulation-world.js';

/** A page of a list has few items, so that a customer's orders take several. */
export const pageItems = 2;

/** Of one page, while the service is away. */
const maxTries = 5;
const againMs = 2_000;

const tokens = ['none', 'of-now', 'of-before', 'of-the-future', 'of-another', 'unreadable'] as const;

interface Token {
  readonly text: string | undefined;
  /** What has to be shown at least. */
  readonly version: number;
}

/** What a query is given besides what it asks. */
export const noRequest = { url: '/' } as FastifyRequest;
export const noReply = { header: () => noReply, status: () => noReply } as unknown as FastifyReply;

/** Customers who look at their orders, with whatever token they have, and go through lists that change meanwhile. */
export class Reader {
  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    private readonly databases: Databases,
    private readonly report: Report,
  ) {}

  look(id: string, customer: string): void {
    const token = this.#someToken(id);
    const caller = callerOf(customer, ['customer']);
    void this.#ask(({ details }) => details.show(id, caller, token.text, undefined, noReply)).then(
      (order) => {
        if (!order) return;
        this.world.coverage.count('reader.looked');
        this.#checkShown(order, customer, token.version);
        if (order.id !== id) this.report('a query shows what was asked for', `${order.id} for ${id}`);
      },
    );
  }

  /** @param id of an order of the customer's. */
  list(id: string, customer: string): void {
    void this.#walk(id, customer);
  }

  async #walk(id: string, customer: string): Promise<void> {
    const { world, databases } = this;
    const isOwn = (view: { readonly customerId: string }): boolean => view.customerId === customer;
    const shownBefore = [...databases.views.all(orderViews)].filter(isOwn).map((view) => view.id);
    const token = this.#someToken(id);
    const caller = callerOf(customer, ['customer']);
    const found: OrderDocument[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const query = { page: 1, limit: pageItems, cursor };
      const page = await this.#ask(({ history }) =>
        history.show(customer, query, caller, token.text, noRequest, noReply),
      );
      if (!page) return;
      found.push(...page.items);
      cursor = page.nextCursor;
      // Somebody reads it, and orders are placed and shown meanwhile.
      await new Promise<void>((resolve) => {
        world.schedule.after(world.chance.longTailed(10, 20_000), resolve);
      });
    }
    world.coverage.count('reader.listed');
    if (found.length > pageItems) world.coverage.count('reader.went on by cursor');
    const ids = found.map((order) => order.id);
    if (new Set(ids).size !== ids.length) this.report('a list shows each order once', ids.join());
    const missing = shownBefore.filter((shown) => !ids.includes(shown));
    if (missing.length > 0) this.report('a list shows all that was there when it began', missing.join());
    for (const order of found) this.#checkShown(order, customer, order.id === id ? token.version : 1);
    if (token.version > 0 && !ids.includes(id)) this.report('a token is kept', `${id} is not in the list`);
  }

  #checkShown({ id, customerId, version }: OrderDocument, customer: string, least: number): void {
    if (customerId !== customer)
      this.report("nobody gets at what is somebody else's", `${id} by ${customer}`);
    if (version < least) this.report('a token is kept', `order ${id} is shown at ${version}, not ${least}`);
    const written = this.databases.orders.peek(orders, id)?.version ?? 0;
    if (version > written) this.report('what is shown was committed', `order ${id} at ${version}`);
  }

  #someToken(id: string): Token {
    const { chance, coverage } = this.world;
    const kind = chance.pick(tokens);
    coverage.count(`token.${kind}`);
    const version = this.databases.orders.peek(orders, id)!.version;
    const others = [...this.databases.orders.all(orders)].filter((other) => other.id !== id);
    const other = others.length > 0 ? chance.pick(others).id : newId();
    switch (kind) {
      case 'none':
        return { text: undefined, version: 0 };
      case 'of-now':
        return { text: formatToken({ orderId: id, version }), version };
      case 'of-before':
        return { text: formatToken({ orderId: id, version: 1 }), version: 1 };
      case 'of-the-future':
        return { text: formatToken({ orderId: id, version: version + 7 }), version: 0 };
      case 'of-another':
        return { text: formatToken({ orderId: other, version: 3 }), version: 0 };
      case 'unreadable':
        return { text: `${id}:1e3`, version: 0 };
    }
  }

  /** Undefined when nobody answered: a fault, or nothing at all. */
  async #ask<Answer>(query: (process: OrderProcess) => Promise<Answer>): Promise<Answer | undefined> {
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const process = this.cluster.someOrderProcess;
      try {
        if (process) return await query(process);
      } catch (error) {
        if (!(error instanceof Fault)) {
          this.report('customers see their own orders', String(error));
          return undefined;
        }
        this.world.coverage.count('reader.told to come again');
      }
      await new Promise<void>((resolve) => {
        this.world.schedule.after(againMs, resolve);
      });
    }
    return undefined;
  }
}
