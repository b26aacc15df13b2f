import type { FastifyReply } from 'fastify';
import { currentContext } from '#libs/observability/request-context.js';
import type { Answer } from './problem-of.js';

export function sendProblem(reply: FastifyReply, { problem, headers }: Answer): void {
  const traceId = currentContext()?.traceId;
  void reply
    .status(problem.status)
    .headers(headers)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(traceId === undefined ? problem : { ...problem, traceId }));
}
