import type { IncomingMessage } from 'node:http';
import { HttpException, type DynamicModule, type LoggerService, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { askWhoBeforeReading } from './ask-who.js';
import { nameAllowedMethods } from './allowed-methods.js';
import { answerClientError } from './client-errors.js';
import { connectionLimits, type ConnectionLimits } from './connection-limits.js';
import { acceptJsonOnly } from './json-parser.js';
import { watchConnections } from './open-connections.js';
import { ProblemFilter } from './problem.filter.js';
import type { ProblemCatalogue } from './problem.js';
import { problemOf } from './problem-of.js';
import { carryRequestContext, measureRequests, requestIdOf, securityHeaders } from './request-hooks.js';
import { RefusalThrottle } from './refusal-throttle.js';
import { sendProblem } from './send-problem.js';
import { ValidationPipe } from './validation.pipe.js';

export interface HttpAppOptions {
  readonly logger: LoggerService;
  /** Every refusal of the app, and how HTTP says it. */
  readonly problemCatalogue: ProblemCatalogue;
  /** For tests that cannot wait for the usual ones. */
  readonly limits?: Partial<ConnectionLimits>;
}

const bodyLimitBytes = 256 * 1024;

/**
 * A Nest app on Fastify that is strict in what it accepts and answers every error with a problem document. Not
 * listening yet. @throws whatever kept it from being made; by itself, Nest would end the process.
 */
export async function createHttpApp(
  module: Type | DynamicModule,
  options: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const limits = { ...connectionLimits, ...options.limits };
  const app = await NestFactory.create<NestFastifyApplication>(module, httpAdapter(limits), {
    logger: options.logger,
    bodyParser: false,
    abortOnError: false,
  });
  makeStrict(app, options.problemCatalogue, limits);
  return app;
}

/** Fastify as {@link createHttpApp} wants it. */
export function httpAdapter({ requestSeconds, stalledSeconds } = connectionLimits): FastifyAdapter {
  const requestTimeout = requestSeconds * 1000;
  return new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    // Addresses in X-Forwarded-For are anybody's to invent.
    trustProxy: false,
    requestIdHeader: false,
    genReqId: ({ headers }: IncomingMessage) => requestIdOf(headers['x-request-id']),
    // Whoever sends a byte now and then cannot hold a connection for ever.
    requestTimeout,
    http: { requestTimeout, headersTimeout: requestTimeout, connectionsCheckingInterval: 1_000 },
    connectionTimeout: stalledSeconds * 1000,
    clientErrorHandler: answerClientError,
    // A request on a kept-alive connection during shutdown is served, and told to go elsewhere next time.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 512 },
    // Addresses that cannot be decoded, or are too long, do not get as far as hooks and filters.
    frameworkErrors: ({ statusCode = 400 }, _: FastifyRequest, reply: FastifyReply) => {
      void reply.headers(securityHeaders);
      sendProblem(reply, problemOf(new HttpException('not an address of this service', statusCode), {}));
    },
    // No Nest middleware here: its hook would only cost time.
    skipMiddie: true,
  });
}

/** What makes an app as strict as {@link createHttpApp} says; for tests that build their app in another way. */
export function makeStrict(
  app: NestFastifyApplication,
  catalogue: ProblemCatalogue,
  limits = connectionLimits,
): void {
  const fastify = app.getHttpAdapter().getInstance();
  acceptJsonOnly(fastify);
  carryRequestContext(fastify);
  measureRequests(fastify);
  watchConnections(fastify, limits);
  nameAllowedMethods(fastify);
  askWhoBeforeReading(app);
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(new ProblemFilter(catalogue, RefusalThrottle.of(fastify)));
}
