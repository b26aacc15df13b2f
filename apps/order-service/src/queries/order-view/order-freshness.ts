import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Caller } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { toDocument } from '../../persistence/order-document.js';
import { toOrder } from '../../persistence/order.mapper.js';
import { OrderRow } from '../../persistence/order.row.js';
import type { ConsistencyToken } from '../../http/consistency-token.js';
import { maySeeCustomer } from '../../domain/order-access.js';
import { OrderViewReader, type ViewState } from './order-view.reader.js';
import type { OrderViewRow } from './order-view.row.js';
import { OrderWatch, type Wait } from './order-watch.js';

/** How long a query waits for the projection before it helps itself otherwise. */
const patienceMs = 500;

/** Reads what the caller has written: never an older state than the token that they carry. */
@Injectable()
export class OrderFreshness {
  constructor(
    private readonly views: OrderViewReader,
    private readonly watch: OrderWatch,
    @InjectDataSource() private readonly writeSide: DataSource,
  ) {}

  /**
   * The order as the read side shows it; from the write side when the read side does not have it (yet), so that an
   * accepted order is never "not found". This is the one query that may touch the write side's orders. Somebody else's
   * order is looked for and waited for like one that does not exist: not even the time of the answer tells them apart.
   */
  async find(id: string, caller: Caller, token: ConsistencyToken | null): Promise<OrderDocument | null> {
    const own = token?.orderId === id ? token : null;
    const view = await this.viewFor(caller, id);
    if (view && view.version >= (own?.version ?? 1)) return view.document;
    if (own && (await this.hasCaughtUp(own, caller))) {
      const caughtUp = await this.viewFor(caller, id);
      if (caughtUp) return caughtUp.document;
    }
    const row = await this.writeSide.getRepository(OrderRow).findOneBy({ id });
    return row && maySeeCustomer(caller, row.customerId) ? toDocument(toOrder(row)) : null;
  }

  /** The order once it is settled; null when the wait is over first, undefined when there is no room to wait. */
  async settled(id: string, wait: Wait): Promise<OrderDocument | null | undefined> {
    const outcome = await this.watch.wait(id, ({ status }) => status !== 'PENDING', wait);
    if (outcome === 'not-waited') return undefined;
    return outcome === 'met' ? this.find(id, wait.caller, null) : null;
  }

  /**
   * Waits, briefly, until the read side shows what the token stands for. Looks once where there is no room to wait. A
   * token of somebody else's order is never met.
   */
  async hasCaughtUp({ orderId, version }: ConsistencyToken, caller: Caller): Promise<boolean> {
    const isMet = (state: ViewState): boolean =>
      state.version >= version && maySeeCustomer(caller, state.customerId);
    const outcome = await this.watch.wait(orderId, isMet, { caller, milliseconds: patienceMs });
    return outcome === 'not-waited' ? (await this.views.states([orderId])).some(isMet) : outcome === 'met';
  }

  private async viewFor(caller: Caller, id: string): Promise<OrderViewRow | null> {
    const view = await this.views.find(id);
    return view && maySeeCustomer(caller, view.customerId) ? view : null;
  }
}
