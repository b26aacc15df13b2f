import type { FastifyReply } from 'fastify';
import { currentContext } from '#libs/observability/request-context.js';
import type { Answer } from './problem-of.js';

/** Of every answer that is a problem document. */
export const problemHeaders = {
  'content-type': 'application/problem+json',
  'cache-control': 'no-store',
} as const;

export function sendProblem(reply: FastifyReply, answer: Answer): void {
  void reply
    .status(answer.problem.status)
    .headers(answer.headers)
    .headers(problemHeaders)
    .send(documentOf(answer));
}

/** As it is sent: with the id by which our logs know the work in hand. */
export function documentOf({ problem }: Answer): string {
  const traceId = currentContext()?.traceId;
  return JSON.stringify(traceId === undefined ? problem : { ...problem, traceId });
}
