import { scrub } from '#libs/observability';

/**
 * Which data of sagas and messages are shown. An allow-list, because a deny-list forgets: the next of them may hold
 * what nobody thought of. Ids, goods, amounts and states; no payment token, no name, no address.
 */
const shownFields: ReadonlySet<string> = new Set(
  `active amount amountMinor available code count currency customerId discountPercent id kind method number orderId
  outcome paymentId paymentStatus productId quantity reason requested reservationId reserved returnId sellerId sku sold
  status version`.split(/\s+/),
);

const hidden = '[not shown]';

/** Deeper than anything that is meant to be read; bytes from outside may be nested a hundred thousand times. */
const deepest = 20;

/** The data without what is not named above; its shape stays visible. */
export const shownData = (value: unknown): unknown => shown(value, undefined, 0);

function shown(value: unknown, field: string | undefined, depth: number): unknown {
  if (typeof value === 'object' && value !== null && depth === deepest) return hidden;
  if (Array.isArray(value)) return value.map((item) => shown(item, field, depth + 1));
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => [name, shown(member, name, depth + 1)]);
    return Object.fromEntries(members);
  }
  if (value === null || value === undefined) return null;
  if (field === undefined || !shownFields.has(field)) return hidden;
  return typeof value === 'string' ? scrub(value) : value;
}
