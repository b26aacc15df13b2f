import type { FastifyRequest } from 'fastify';
import { callerOfRequest } from '#libs/auth';
import { Bulkhead } from '#libs/http';

/** New orders have places of their own: what is done about orders that are there goes on while none is left for more. */
export const lanes = ['new-order', 'other-command'] as const;
export type Lane = (typeof lanes)[number];

/** Commands about orders that are there: cancellations, changes of status, what operators do. */
export const maxOtherCommandsAtOnce = 500;

/** A tenth for one customer: what a shop's server for many of them needs is not counted as one. See ADR 33. */
const bulkheadOf = (maxConcurrent: number): Bulkhead =>
  new Bulkhead({ maxConcurrent, maxShare: Math.max(1, Math.ceil(maxConcurrent / 10)) });

export const placesOf = (maxOrdersAtOnce: number): Readonly<Record<Lane, Bulkhead>> => ({
  'new-order': bulkheadOf(maxOrdersAtOnce),
  'other-command': bulkheadOf(maxOtherCommandsAtOnce),
});

/**
 * Whose share a command takes: the customer's. Staff act for many, so theirs is that of the customer whom the body names,
 * as soon as it is there; null, which has none, where it names nobody.
 */
export function shareholderOf(request: FastifyRequest): string | null {
  const caller = callerOfRequest(request);
  if (!caller) return null;
  if (!caller.isStaff) return caller.subject;
  const { customerId } = (request.body ?? {}) as { readonly customerId?: unknown };
  return typeof customerId === 'string' ? customerId : null;
}
