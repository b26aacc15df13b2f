import type { FastifyRequest } from 'fastify';
import { callerOfRequest } from '#libs/auth';
import { Bulkhead } from '#libs/http';

/** New orders have places of their own, so that commands about existing orders go on when there is no room for more orders. */
export const lanes = ['new-order', 'other-command'] as const;
export type Lane = (typeof lanes)[number];

/** Commands about existing orders: cancellations, changes of status, what operators do. */
export const maxOtherCommandsAtOnce = 500;

/** One customer gets a tenth. A shop's server acts for many customers, and is not counted as one. See ADR 33. */
const bulkheadOf = (maxConcurrent: number): Bulkhead =>
  new Bulkhead({ maxConcurrent, maxShare: Math.max(1, Math.ceil(maxConcurrent / 10)) });

export const placesOf = (maxOrdersAtOnce: number): Readonly<Record<Lane, Bulkhead>> => ({
  'new-order': bulkheadOf(maxOrdersAtOnce),
  'other-command': bulkheadOf(maxOtherCommandsAtOnce),
});

/**
 * Whose share a command takes: the customer's. Staff act for many, so theirs is that of the customer whom the body names,
 * as soon as it is there; null, which has no share, where it names nobody.
 */
export function shareholderOf(request: FastifyRequest): string | null {
  const caller = callerOfRequest(request);
  if (!caller) return null;
  if (!caller.isStaff) return caller.subject;
  const { customerId } = (request.body ?? {}) as { readonly customerId?: unknown };
  return typeof customerId === 'string' ? customerId : null;
}
