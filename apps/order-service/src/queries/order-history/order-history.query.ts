import { Query } from '@nestjs/cqrs';
import type { Caller } from '#libs/kernel/caller.js';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import type { ConsistencyToken } from '../../http/consistency-token.js';

/** A customer's orders, newest first. */
export class OrderHistory extends Query<HistoryPage> {
  constructor(
    readonly caller: Caller,
    readonly customerId: string,
    readonly position: HistoryPosition,
    readonly limit: number,
    readonly token: ConsistencyToken | null,
  ) {
    super();
  }
}

/** A page by its number, or whatever comes after a certain order. */
export type HistoryPosition = { readonly page: number } | { readonly after: HistoryKey };

/** Where an order stands in the history: by its time, and among those of one moment by its id. */
export interface HistoryKey {
  readonly createdAt: string;
  readonly id: string;
}

export interface HistoryPage {
  readonly items: readonly OrderDocument[];
  /** All orders of the customer. */
  readonly total: number;
  /** Null on the last page. */
  readonly next: HistoryKey | null;
}
