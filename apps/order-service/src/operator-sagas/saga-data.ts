import { scrub } from '#libs/observability/log-fields.js';

/**
 * What of a saga's data is shown. An allow-list, because a deny-list forgets: the data of the next saga may hold what
 * nobody thought of. Ids, goods, amounts and states; no payment token, no name, no address.
 */
const shownFields: ReadonlySet<string> = new Set(
  `amount amountMinor count currency customerId kind method orderId outcome paymentId paymentStatus quantity reason
  reservationId returnId sku status version`.split(/\s+/),
);

const hidden = '[not shown]';

/** The data without what is not named above; its shape stays visible. */
export function shownData(value: unknown, field?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => shownData(item, field));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shownData(member, name)]));
  }
  if (value === null || value === undefined) return null;
  if (field === undefined || !shownFields.has(field)) return hidden;
  return typeof value === 'string' ? scrub(value) : value;
}
