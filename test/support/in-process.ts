import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Writable } from 'node:stream';
import { createHttpApp } from '#libs/http/create-http-app.js';
import type { ProblemCatalogue } from '#libs/http/problem.js';
import { startConsuming } from '#libs/messaging/consumer/start-consuming.js';
import { createLogger } from '#libs/observability/logger.js';

/** Signs and checks the tokens of services in a test's own process. */
export const secret = 'a secret of the tests, long enough for HS256';

/** What a service is told from outside when a test runs it; everything is delivered twice. */
export const testEnvironment = (more: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv => ({
  NODE_ENV: 'test',
  JWT_SECRET: secret,
  METRICS_PORT: '0',
  DELIVER_TWICE: 'true',
  ...more,
});

export interface ServiceInProcess {
  readonly name: string;
  readonly module: DynamicModule;
  readonly problemCatalogue: ProblemCatalogue;
}

/** Starts a service as its main does, but for a port and signals. */
export async function startInProcess(service: ServiceInProcess): Promise<NestFastifyApplication> {
  const { name, module, problemCatalogue } = service;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const app = await createHttpApp(module, {
    logger: createLogger(name, { stream: silent }),
    problemCatalogue,
  });
  await startConsuming(app);
  return app;
}
