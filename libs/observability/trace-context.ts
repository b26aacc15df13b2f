import { randomHex } from '#libs/kernel/chance.js';

/**
 * W3C Trace Context, as far as it travels in headers and envelopes: `00-<trace id>-<span id>-<flags>`.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export interface TraceContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero: the span that caused this work. */
  readonly spanId: string;
  readonly sampled: boolean;
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Null for anything that is not a traceparent: the W3C asks readers to begin a trace of their own then. */
export function parseTraceparent(header: string | undefined): TraceContext | null {
  if (header === undefined || header.length > 256) return null;
  const [, version, traceId, spanId, flags, more] = pattern.exec(header) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined)
    return null;
  // Later versions may append fields; version 00 has exactly four, and ff is forbidden.
  if (version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** In one header; what is longer is cut off by others on the way, if not by us. */
const maxTracestateCharacters = 512;
const maxTracestateMembers = 32;
const member =
  /^([a-z0-9][a-z0-9_\-*/]{0,255}(?:@[a-z][a-z0-9_\-*/]{0,13})?)=([ -+\--<>-~]{0,255}[!-+\--<>-~])$/;

/**
 * Whether this is a tracestate that everybody can read: form, length and number of its members. One that is not is dropped
 * whole, as the W3C has it: nobody's trace is worth more than the work that it is about.
 *
 * @see https://www.w3.org/TR/trace-context/#tracestate-header
 */
export function isTracestate(header: string): boolean {
  if (header.length > maxTracestateCharacters) return false;
  const members = header.split(',').map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ''));
  const keys = members.filter((part) => part !== '').map((part) => member.exec(part)?.[1]);
  return (
    keys.length > 0 &&
    keys.length <= maxTracestateMembers &&
    !keys.includes(undefined) &&
    new Set(keys).size === keys.length
  );
}

export const formatTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** A span of its own below `parent`, or the root of a new trace. */
export const childOf = (parent: TraceContext | null): TraceContext => ({
  traceId: parent?.traceId ?? randomHex(16),
  spanId: randomHex(8),
  sampled: parent?.sampled ?? true,
});
