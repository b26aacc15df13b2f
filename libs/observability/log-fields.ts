import { withoutCardNumbers } from '#libs/kernel/card-number.js';

/**
 * What may be in a log line. An allow-list, because a deny-list forgets: a field that is not named here is dropped, so
 * that no token, address or card number gets in by way of an object that somebody passed along.
 */
export const allowedFields: ReadonlySet<string> = new Set(
  `aggregate attempt attempts bytes code commandId component consumer count deadlineAt delaySeconds durationMs
  durationSeconds errno errorCode event exchange groupSize instance job kind lagSeconds limit messageId messageType method
  migration migrations operation orderId orderIds outcome paymentId pending phase pid pointer port projection queue reason
  requestId reservationId result retryInSeconds revision roles route saga sagaId signal size sku source sqlState
  state status statusCode step table traceId type unit version waitedMs`.split(/\s+/),
);

type Scalar = string | number | boolean;
export type LogFields = Readonly<Record<string, Scalar | readonly Scalar[]>>;

const maxCharacters = 512;
const maxItems = 20;

/** The allowed members of `fields`, scalars and short lists of scalars only, with strings scrubbed and bounded. */
export function allowed(fields: object): LogFields {
  const kept: Record<string, Scalar | readonly Scalar[]> = {};
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (!allowedFields.has(name)) continue;
    if (Array.isArray(value)) kept[name] = value.slice(0, maxItems).filter(isScalar).map(clean);
    else if (value instanceof Date) kept[name] = value.toISOString();
    else if (isScalar(value)) kept[name] = clean(value);
  }
  return kept;
}

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const clean = (value: Scalar): Scalar =>
  typeof value === 'string' ? scrub(value).slice(0, maxCharacters) : value;

const secrets: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, '[token]'],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [credentials]'],
  [/\btok_\w+/g, '[payment token]'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1[credentials]@'],
];

/**
 * Free text (messages, stacks) without what can be told to be secret by its looks. The second line of defence: texts
 * come from libraries, which put connection URLs and offending values into them.
 */
export const scrub = (text: string): string =>
  withoutCardNumbers(
    secrets.reduce((scrubbed, [pattern, replacement]) => scrubbed.replace(pattern, replacement), text),
  );
