import {
  movesExchangeOf,
  parkedQueueOf,
  retryPlaceOf,
  type RetryDelay,
  type Service,
} from '#libs/contracts/topology.js';
import { firstSenderHeader } from './first-sender.js';
import { attemptHeader, type RetryDecision } from './retry-policy.js';
import type { UnreadableReason } from '../envelope/parse-envelope.js';
import { cloudEventsContentType, type WireMessage } from '../broker/publisher.js';

/** Nobody may send that, or not as who sent it, or nobody knows who that was. */
export type SenderReason = 'wrong-sender' | 'no-sender';

export type ParkedReason =
  UnreadableReason | SenderReason | 'no-handler' | Extract<RetryDecision, { kind: 'park' }>['reason'];

/** What travels on with a delivery: the same bytes under the same id, and who sent them first. */
export interface Carried {
  readonly queue: string;
  readonly id?: string;
  readonly type?: string;
  readonly contentType?: string;
  readonly body: Buffer;
  readonly attempt: number;
  /** The parked message that this is a redrive of, if it is one. */
  readonly redriveOf?: string;
  /** See first-sender.ts. */
  readonly firstSender?: string;
}

/** Says on a redriven message which parked one it was, so that one that fails again can name it. */
export const redrivenHeader = 'x-redriven';

/** Headers of a parked message, for people and for the redrive. */
export const parkedHeaders = {
  reason: 'x-parked-reason',
  detail: 'x-parked-detail',
  /** The queue that it was taken from. */
  queue: 'x-parked-from',
  at: 'x-parked-at',
} as const;

/** The message on its way into the parking lot of its queue. @param by the service that moves it. */
export const parked = (
  by: Service,
  carried: Carried,
  { reason, detail, at }: { reason: ParkedReason; detail: string; at: Date },
): WireMessage => ({
  ...resent(carried),
  exchange: movesExchangeOf(by).name,
  routingKey: parkedQueueOf(carried.queue),
  headers: {
    ...ownHeaders(carried, carried.attempt),
    [parkedHeaders.reason]: reason,
    [parkedHeaders.detail]: detail.slice(0, 500),
    [parkedHeaders.queue]: carried.queue,
    [parkedHeaders.at]: at.toISOString(),
  },
});

/** The message on its way into a retry delay, which brings it back to its queue. */
export const delayed = (by: Service, carried: Carried, delay: RetryDelay, attempt: number): WireMessage => ({
  ...resent(carried),
  exchange: retryPlaceOf(by, delay),
  routingKey: carried.queue,
  headers: ownHeaders(carried, attempt),
});

/**
 * The message as a new one at the end of its queue. Not by a nack: that counts as a delivery in vain, and too many of
 * them would have the broker park it.
 */
export const returned = (by: Service, carried: Carried): WireMessage => ({
  ...resent(carried),
  exchange: movesExchangeOf(by).name,
  routingKey: carried.queue,
  headers: ownHeaders(carried, carried.attempt),
});

const ownHeaders = (
  { redriveOf, firstSender }: Carried,
  attempt: number,
): Readonly<Record<string, string | number>> => ({
  [attemptHeader]: attempt,
  // Also of nobody: without it, the message would be taken for ours.
  [firstSenderHeader]: firstSender ?? '',
  ...(redriveOf !== undefined && { [redrivenHeader]: redriveOf }),
});

/**
 * Only our own headers go along. `CC` would have the broker route the message to its other keys when the delay is over,
 * and after a look at an old `x-death` the broker may take the next delay for a cycle, and drop the message.
 */
const resent = ({ id, type, contentType, body }: Carried): Omit<WireMessage, 'exchange' | 'routingKey'> => ({
  mandatory: true,
  contentType: contentType ?? cloudEventsContentType,
  ...(id !== undefined && { id }),
  ...(type !== undefined && { type }),
  body,
});
