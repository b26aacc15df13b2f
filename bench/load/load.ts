import type { Caller } from '../system-under-test/system-under-test.js';
import type { LatencySummary } from '../measure/latencies.js';

/** What a load generator is asked to do. */
export type LoadPlan = {
  readonly orderUrl: string;
  readonly caller: Caller;
  readonly seconds: number;
} & (
  | {
      /** Clients that wait for each answer before they send their next order. */
      readonly kind: 'closed';
      readonly connections: number;
      /** Further clients, who look at their orders. Default: none. */
      readonly readers?: number;
    }
  | {
      /** Orders at a fixed rate, however long the answers take. */
      readonly kind: 'open';
      readonly perSecond: number;
      /** An order that finds none of them free is not sent, but counted. */
      readonly maxConnections: number;
      /** Whether the result says of each accepted order when it was due. */
      readonly keepsOrders: boolean;
    }
);

export interface LoadResult {
  readonly seconds: number;
  /** By status code. */
  readonly answers: Readonly<Record<string, number>>;
  /** Broken connections and timeouts. */
  readonly errors: number;
  /** What readers were answered; undefined where a load has none. */
  readonly reads?: Pick<LoadResult, 'answers' | 'errors'>;
  /** Due, but no connection was free. */
  readonly unsent: number;
  readonly accepted: LatencySummary;
  /** Answers 503, and how many of them said when to come again. */
  readonly refused: LatencySummary;
  readonly refusedWithRetryAfter: number;
  readonly everySecond: readonly LoadSecond[];
  readonly orders: readonly { readonly id: string; readonly dueAtMs: number }[];
}

export interface LoadSecond {
  readonly atMs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
