import type { IncomingMessage } from 'node:http';
import {
  Catch,
  HttpException,
  Logger,
  RequestTimeoutException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TooManyRequests } from '#libs/kernel/errors.js';
import { problemOf } from './problem-of.js';
import { SparseWarnings } from '#libs/observability/sparse-warnings.js';
import type { ProblemCatalogue } from './problem.js';
import { routeOf } from './request-hooks.js';
import { sendProblem } from './send-problem.js';
import type { RefusalThrottle } from './refusal-throttle.js';

/** Answers every error with a problem document (RFC 9457), and writes ours into the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger(ProblemFilter.name);
  private readonly warnings = new SparseWarnings(this.log);

  constructor(
    private readonly catalogue: ProblemCatalogue,
    private readonly throttle: RefusalThrottle,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // Errors of message handlers are the transport's business: it retries or parks.
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    const answer = problemOf(isCutOff(request.raw) ? new RequestTimeoutException() : error, this.catalogue);
    const { status } = answer.problem;
    if (status >= 500) this.report(error, request, status);
    const send = (): void => {
      if (!reply.sent) sendProblem(reply, answer);
    };
    if (error instanceof TooManyRequests) this.throttle.answer(reply, send);
    else send();
  }

  private report(error: unknown, request: FastifyRequest, statusCode: number): void {
    const fields = { method: request.method, route: routeOf(request), statusCode };
    const cause = error instanceof HttpException && error.cause instanceof Error ? error.cause : error;
    if (statusCode !== 503) this.log.error('a request failed', cause, fields);
    // A fault is expected: counted, and told to the client. All requests of the moment meet it.
    else
      this.warnings.warn(
        nameOf(cause),
        `answered that it does not work for now: ${messageOf(cause)}`,
        fields,
      );
  }
}

/** The connection ended within the body: nothing has failed here, and nobody is there to be told. */
const isCutOff = ({ complete, destroyed }: IncomingMessage): boolean => destroyed && !complete;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
