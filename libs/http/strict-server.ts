import type { IncomingHttpHeaders } from 'node:http';
import { HttpException, NotFoundException } from '@nestjs/common';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { nameAllowedMethods } from './allowed-methods.js';
import { answerClientError, refuseTunnels } from './client-errors.js';
import { connectionLimits, type ConnectionLimits } from './connection-limits.js';
import { refuseOddRequests } from './odd-requests.js';
import { watchConnections } from './open-connections.js';
import { problemOf } from './problem-of.js';
import { answerMeasure, beginRequest, carryRequestContext, requestIdOf } from './request-hooks.js';
import { sendProblem } from './send-problem.js';

const bodyLimitBytes = 256 * 1024;

/** What a server of ours is made with; {@link makeServerStrict} does the rest. */
export function serverOptions({ requestSeconds, stalledSeconds }: ConnectionLimits) {
  const requestTimeout = requestSeconds * 1000;
  return {
    bodyLimit: bodyLimitBytes,
    // Addresses in X-Forwarded-For are anybody's to invent.
    trustProxy: false,
    requestIdHeader: false as const,
    genReqId: ({ headers }: { readonly headers: IncomingHttpHeaders }) =>
      requestIdOf(headers['x-request-id']),
    rewriteUrl: originForm,
    // Whoever sends a byte now and then cannot hold a connection for ever.
    requestTimeout,
    http: {
      requestTimeout,
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: 1_000,
      // Node's answer to a request without a Host is an empty one; see odd-requests.ts.
      requireHostHeader: false,
    },
    connectionTimeout: stalledSeconds * 1000,
    clientErrorHandler: answerClientError,
    // A request on a kept-alive connection during shutdown is served, and told to go elsewhere next time.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: answerUnroutable,
  };
}

/** Every byte that leaves it is to be ours: what Node or Fastify would refuse in their words is refused in these. */
export function makeServerStrict(server: FastifyInstance, limits: ConnectionLimits): void {
  carryRequestContext(server);
  watchConnections(server, limits);
  refuseTunnels(server);
  refuseOddRequests(server, limits);
  nameAllowedMethods(server);
}

/** A strict server without Nest, for what is no API. It asks nobody who they are. */
export function plainServer(limits = connectionLimits): FastifyInstance {
  const server = fastify(serverOptions(limits));
  makeServerStrict(server, limits);
  server.setNotFoundHandler((_, reply) => sendProblem(reply, problemOf(new NotFoundException(), {})));
  server.setErrorHandler((error, _, reply) => sendProblem(reply, problemOf(error, {})));
  return server;
}

/** A request line may name the authority, too (RFC 9112, 3.2.2). All that follows goes by the path. */
function originForm({ url = '/' }: { readonly url?: string }): string {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '');
  return path === url || path.startsWith('/') ? path : `/${path}`;
}

/** Addresses that cannot be decoded, or are too long, get as far as no hook and no filter. */
function answerUnroutable(
  { statusCode = 400 }: { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const problem = problemOf(new HttpException('not an address of this service', statusCode), {});
  reply.raw.once('finish', () => answerMeasure()(request, reply));
  beginRequest(request, reply, () => sendProblem(reply, problem));
}
