import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { histogram } from '#libs/observability/metrics.js';
import { newContext, requestContext } from '#libs/observability/request-context.js';
import { systemClock } from '#libs/kernel/clock.js';
import { randomHex } from '#libs/kernel/chance.js';

/** An id that a caller made up goes into our logs, so it may only look like an id. */
const acceptableId = /^[\w.:=+/-]{1,128}$/;

/** `x-request-id` as the caller set it, if it looks like an id; otherwise a new one. */
export function requestIdOf(header: unknown): string {
  return typeof header === 'string' && acceptableId.test(header) ? header : randomHex(16);
}

/**
 * What API answers say to browsers: nothing here is a page, is to be framed, guessed at, or kept by a shared cache.
 * `no-cache` and not `no-store`, so that conditional requests work.
 */
export const securityHeaders = {
  'cache-control': 'private, no-cache',
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/**
 * By when a question is answered. Commands may take longer: what has been begun has to come to its end, and a caller
 * who prefers to wait for that says how long.
 */
const answerWithinMs = 5_000;

const isQuestion = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD';

/** What is known of a request by its head (see request-context.ts). */
export function contextOf(
  request: IncomingMessage,
  requestId = requestIdOf(request.headers['x-request-id']),
) {
  return newContext({
    requestId,
    traceparent: single(request.headers['traceparent']),
    tracestate: single(request.headers['tracestate']),
    ...(isQuestion(request) && { answerByMs: systemClock.monotonicMs() + answerWithinMs }),
  });
}

/** Runs each request within its context, and lets the caller know its id. */
export function carryRequestContext(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => beginRequest(request, reply, done));
}

/** For requests that get as far as no hook. */
export function beginRequest(request: FastifyRequest, reply: FastifyReply, go: () => void): void {
  const context = contextOf(request.raw, request.id);
  void reply.headers(securityHeaders).header('x-request-id', context.requestId);
  requestContext.run(context, go);
}

const single = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts and times answers by route pattern. A path without a route is `unmatched`: paths are anybody's to invent. */
export function measureRequests(fastify: FastifyInstance): void {
  const measure = answerMeasure();
  fastify.addHook('onResponse', (request, reply, done) => {
    measure(request, reply);
    done();
  });
}

/** For answers to requests that get as far as no hook. */
export function answerMeasure(): (request: FastifyRequest, reply: FastifyReply) => void {
  const duration = histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of the answer.',
    labels: ['method', 'route', 'status_code'],
  });
  return (request, reply) => {
    const method = methods.has(request.method) ? request.method : 'OTHER';
    duration.observe(
      { method, route: routeOf(request), status_code: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  };
}

export const routeOf = ({ is404, routeOptions }: FastifyRequest): string =>
  is404 ? 'unmatched' : (routeOptions.url ?? 'unmatched');
