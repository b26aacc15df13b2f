import { moversOf, type WorkQueue } from '#libs/contracts/topology.js';
import type { BrokerUsers } from '../broker/broker-users.js';

/**
 * The user that published a message first, on one that was moved since: `user_id` is the mover's then, as the broker insists. Empty
 * where the broker has not proved one.
 */
export const firstSenderHeader = 'x-first-sender';

interface Properties {
  readonly userId?: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Who has provably sent the message at first; undefined where that is not known. The header is believed of who moves messages
 * of this queue; of anybody else it is what they would like to be taken for.
 */
export function firstSenderOf(
  queue: Pick<WorkQueue, 'consumer'>,
  { userId, headers }: Properties,
  users: BrokerUsers,
): string | undefined {
  if (typeof userId !== 'string' || userId === '') return undefined;
  const told = headers?.[firstSenderHeader];
  const isMoved = moversOf(queue).some((service) => users.isOf(service, userId));
  return typeof told === 'string' && isMoved ? told || undefined : userId;
}
