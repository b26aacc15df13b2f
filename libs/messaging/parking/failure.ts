import { Defect, Fault, LoneFault, Refusal } from '#libs/kernel/errors.js';

/**
 * What a handler's failure tells. `defect`: this message can never be handled. `infrastructure`: something that it
 * needs is away, and so it is for every message. `unknown`: anything else; it may be the message, or the moment.
 */
export type FailureKind = 'defect' | 'infrastructure' | 'unknown';

const connectionCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
]);

export function failureKindOf(error: unknown): FailureKind {
  // Nobody is there to be refused. What the business says no to now, it says no to next time.
  if (error instanceof Defect || error instanceof Refusal) return 'defect';
  if (error instanceof LoneFault) return 'unknown';
  if (error instanceof Fault) return 'infrastructure';
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && connectionCodes.has(code) ? 'infrastructure' : 'unknown';
}
