import { createHash } from 'node:crypto';
import type { ConsumeMessage } from 'amqplib';
import { movesExchangeOf, parkedQueueOf, type Service, type WorkQueue } from '#libs/contracts/topology.js';
import { idOf } from '#libs/kernel/ids.js';
import type { BrokerUsers } from '../broker/broker-users.js';
import { redriveOf } from './delivery.js';
import { firstSenderHeader, firstSenderOf } from './first-sender.js';
import { attemptHeader } from './retry-policy.js';
import { parkedHeaders, redrivenHeader, type ParkedReason } from './parking.js';
import { maxBodyBytes } from '../envelope/parse-envelope.js';
import { cloudEventsContentType, type WireMessage } from '../broker/publisher.js';

/** `delivery-limit`: the broker parked it, for the processes that died with it. `unknown`: somebody else put it there. */
export type StoredReason = ParkedReason | 'delivery-limit' | 'unknown';

const reasons: Readonly<Record<StoredReason, true>> = {
  'too-large': true,
  'not-utf8': true,
  'not-json': true,
  'not-an-envelope': true,
  'broken-unicode': true,
  'no-message-id': true,
  'message-id-mismatch': true,
  'unknown-type': true,
  'invalid-data': true,
  'no-handler': true,
  'wrong-sender': true,
  'no-sender': true,
  defect: true,
  'attempts-spent': true,
  'delivery-limit': true,
  unknown: true,
};
export const storedReasons = Object.keys(reasons) as StoredReason[];

/** A larger message is handled by no consumer, now or ever. */
export const maxHandledBytes = maxBodyBytes;

/** A message as it was found in a parking lot. */
export interface ParkedDelivery {
  /**
   * Of this parking, not of the message: found again after a lost ack it is the same, parked again after a redrive it is
   * another. Without {@link parkedAt} two equal messages in one lot cannot be told apart.
   */
  readonly id: string;
  /** The queue that it was parked from. */
  readonly queue: string;
  /** The AMQP property, whatever it says. */
  readonly messageId: string | null;
  readonly type: string | null;
  readonly contentType: string | null;
  readonly reason: StoredReason;
  readonly detail: string;
  /** Retry delays that it has been through. */
  readonly attempt: number;
  /** The parked message that it was a redrive of. */
  readonly redriveOf: string | null;
  /** The user that published it first; null when that is not known. See first-sender.ts. */
  readonly firstSender: string | null;
  /** Null when nobody said. By the clock of whoever parked it. */
  readonly parkedAt: Date | null;
  readonly body: Buffer;
  /** How often the broker has delivered it before. */
  readonly earlierDeliveries: number;
}

type Found = Omit<ParkedDelivery, 'id'>;

/** Reads what a parking lot hands out, trusting nothing of it: anyone who may write to the queue may have put it there. */
export function parkedDeliveryOf(
  queue: WorkQueue,
  { properties, content }: ConsumeMessage,
  users: BrokerUsers,
): ParkedDelivery {
  const { messageId, type, contentType } = properties as Properties;
  const headers = (properties.headers ?? {}) as Headers;
  const death = deathAtLimit(queue.name, headers['x-death']);
  const found: Found = {
    queue: queue.name,
    messageId: textOrNull(messageId),
    type: textOrNull(type),
    contentType: textOrNull(contentType),
    ...(death ? limitReached(death) : toldBy(headers)),
    attempt: wholeNumber(headers[attemptHeader]),
    redriveOf: redriveOf(headers[redrivenHeader]) ?? null,
    firstSender: firstSenderOf(queue, properties, users) ?? null,
    body: content,
    earlierDeliveries: wholeNumber(headers['x-delivery-count']),
  };
  return { id: idOfParking(found), ...found };
}

/** The same parking as a new message in its lot, which the broker has not delivered yet. @param by who moves it. */
export const asNew = (by: Service, found: ParkedDelivery): WireMessage => ({
  exchange: movesExchangeOf(by).name,
  routingKey: parkedQueueOf(found.queue),
  mandatory: true,
  ...(found.messageId !== null && { id: found.messageId }),
  ...(found.type !== null && { type: found.type }),
  contentType: found.contentType ?? cloudEventsContentType,
  headers: {
    [attemptHeader]: found.attempt,
    [firstSenderHeader]: found.firstSender ?? '',
    [parkedHeaders.reason]: found.reason,
    [parkedHeaders.detail]: found.detail,
    [parkedHeaders.queue]: found.queue,
    ...(found.parkedAt && { [parkedHeaders.at]: found.parkedAt.toISOString() }),
    ...(found.redriveOf !== null && { [redrivenHeader]: found.redriveOf }),
  },
  body: found.body,
});

interface Properties {
  readonly messageId?: unknown;
  readonly type?: unknown;
  readonly contentType?: unknown;
}

type Headers = Readonly<Record<string, unknown>>;
type Told = Pick<ParkedDelivery, 'reason' | 'detail' | 'parkedAt'>;

function toldBy(headers: Headers): Told {
  const reason = headers[parkedHeaders.reason];
  return {
    reason: storedReasons.find((known) => known === reason) ?? 'unknown',
    detail: textOrNull(headers[parkedHeaders.detail]) ?? '',
    parkedAt: timeOf(Date.parse(textOrNull(headers[parkedHeaders.at]) ?? '')),
  };
}

interface Death {
  readonly reason?: unknown;
  readonly queue?: unknown;
  readonly time?: { readonly value?: unknown };
}

/**
 * `x-first-death-reason` is of no use here: of a message that waited in a retry delay before, it says `expired`. A
 * message that we parked has no `x-death`, so what it says is what happened last.
 */
const deathAtLimit = (queue: string, deaths: unknown): Death | undefined =>
  Array.isArray(deaths)
    ? (deaths as (Death | null)[]).find(
        (death): death is Death => death?.reason === 'delivery_limit' && death.queue === queue,
      )
    : undefined;

const limitReached = ({ time }: Death): Told => ({
  reason: 'delivery-limit',
  detail: 'the broker gave up: every process that took it in hand was gone before it had settled it',
  parkedAt: timeOf(wholeNumber(time?.value) * 1000),
});

const lastMillisecond = Date.UTC(9999, 11, 31);

const timeOf = (milliseconds: number): Date | null =>
  milliseconds > 0 && milliseconds < lastMillisecond ? new Date(milliseconds) : null;

const wholeNumber = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? Math.min(value, 2 ** 31) : 0;

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function idOfParking({ queue, messageId, reason, parkedAt, body }: Found): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([queue, messageId, reason, parkedAt]))
    .update(body)
    .digest();
  return idOf(parkedAt?.getTime() ?? 0, hash.subarray(0, 16));
}
