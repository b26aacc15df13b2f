import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { askWhoBeforeReading } from './ask-who.js';
import { connectionLimits, type ConnectionLimits } from './connection-limits.js';
import { acceptJsonOnly } from './json-parser.js';
import { ProblemFilter } from './problem.filter.js';
import type { ProblemCatalogue } from './problem.js';
import { measureRequests } from './request-hooks.js';
import { RefusalThrottle } from './refusal-throttle.js';
import { makeServerStrict, serverOptions } from './strict-server.js';
import { ValidationPipe } from './validation.pipe.js';

export interface HttpAppOptions {
  readonly logger: LoggerService;
  /** Every refusal of the app, and how HTTP says it. */
  readonly problemCatalogue: ProblemCatalogue;
  /** For tests that cannot wait for the usual ones. */
  readonly limits?: Partial<ConnectionLimits>;
}

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

/** Fastify as {@link createHttpApp} wants it. No Nest middleware: its hook would only cost time. */
export const httpAdapter = (limits = connectionLimits): FastifyAdapter =>
  new FastifyAdapter({ ...serverOptions(limits), skipMiddie: true });

/** What makes an app as strict as {@link createHttpApp} says; for tests that build their app in another way. */
export function makeStrict(
  app: NestFastifyApplication,
  catalogue: ProblemCatalogue,
  limits = connectionLimits,
): void {
  const fastify = app.getHttpAdapter().getInstance();
  acceptJsonOnly(fastify);
  makeServerStrict(fastify, limits);
  measureRequests(fastify);
  askWhoBeforeReading(app);
  app.useGlobalPipes(new ValidationPipe());
  app.useGlobalFilters(new ProblemFilter(catalogue, RefusalThrottle.of(fastify)));
}
