import { AsyncLocalStorage } from 'node:async_hooks';
import { randomHex } from '#libs/kernel/chance.js';
import { childOf, formatTraceparent, isTracestate, parseTraceparent } from './trace-context.js';

/** What is known about the work in hand: an HTTP request, or the handling of one message. Every log line carries it. */
export interface RequestContext {
  /** Of the HTTP request; for a message, the message's id. */
  readonly requestId: string;
  /** Ours, a child of what came in; what goes out because of this work carries it. */
  readonly traceparent: string;
  readonly traceId: string;
  readonly tracestate?: string;
  /** When whoever asks gets an answer at the latest, by the monotonic clock. Not there for what may take longer. */
  readonly answerByMs?: number;
  /** Who asks, as their token says; known once it has been looked at. Not for the log. */
  caller?: string;
  /** Staff ask for many customers. */
  callerIsStaff?: boolean;
  /** Known once the order has been found or made; see {@link annotate}. */
  orderId?: string;
  sagaId?: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();

/** The context of the work in hand; undefined outside of any (at start, in a timer). */
export const currentContext = (): RequestContext | undefined => requestContext.getStore();

export interface Origin {
  readonly requestId?: string;
  /** As it came in; anything that is not a traceparent begins a new trace. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly answerByMs?: number;
  readonly orderId?: string;
  readonly sagaId?: string;
}

export function newContext({ requestId, traceparent, ...rest }: Origin = {}): RequestContext {
  const parent = parseTraceparent(traceparent);
  const trace = childOf(parent);
  const { tracestate, ...ids } = rest;
  return {
    requestId: requestId ?? randomHex(16),
    traceparent: formatTraceparent(trace),
    traceId: trace.traceId,
    // The W3C forbids handing on a tracestate whose traceparent could not be read.
    ...(parent && tracestate !== undefined && isTracestate(tracestate) ? { tracestate } : {}),
    ...ids,
  };
}

/** Runs `work` as caused by `origin`: its log lines and outgoing messages say so. */
export const runInContext = <Result>(origin: Origin, work: () => Result): Result =>
  requestContext.run(newContext(origin), work);

/**
 * Runs what serves everybody, and goes on when the work in hand is over: in no context, though one may have set it off.
 */
export const outsideOfContext = <Result>(work: () => Result): Result => requestContext.exit(work);

/** What the work in hand turned out to be about, and whose it is. No-op outside of a context. */
export function annotate(ids: Pick<RequestContext, 'orderId' | 'sagaId' | 'caller' | 'callerIsStaff'>): void {
  const context = requestContext.getStore();
  if (context) Object.assign(context, ids);
}
