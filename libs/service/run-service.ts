import { readFileSync } from 'node:fs';
import type { DynamicModule } from '@nestjs/common';
import { setUpOpenApi } from '#libs/http/api-docs.js';
import { createHttpApp } from '#libs/http/create-http-app.js';
import type { ProblemCatalogue } from '#libs/http/problem.js';
import { closeOnSignals } from '#libs/http/shutdown.js';
import { startConsuming } from '#libs/messaging/consumer/start-consuming.js';
import { createLogger } from '#libs/observability/logger.js';
import type { ServiceEnvironment } from './service-environment.js';

/** Which build of which service this is, as metrics and health tell it. */
export interface ServiceIdentity {
  readonly service: string;
  readonly version: string;
}

export interface ServiceDefinition<Config extends ServiceEnvironment> {
  readonly name: string;
  /** @throws Error that names what is wrong with the environment. */
  readonly loadConfig: (environment: NodeJS.ProcessEnv) => Config;
  /** Sentences for the log: settings that work for now, and will not for ever. */
  readonly warningsOf?: (config: Config) => readonly string[];
  readonly module: (config: Config, identity: ServiceIdentity) => DynamicModule;
  readonly problemCatalogue: ProblemCatalogue;
}

/**
 * Connections that wait to be accepted while the process is busy; the kernel forgets further ones, and their clients
 * try again after a second. Linux allows no more unless told so (net.core.somaxconn).
 */
const maxConnectionsWaiting = 4_096;

/**
 * The life of a service's process: reads the environment, migrates, consumes, listens, and ends on SIGTERM. What keeps
 * it from starting is one line of its log and exit code 1.
 */
export async function runService<Config extends ServiceEnvironment>(
  definition: ServiceDefinition<Config>,
): Promise<void> {
  const { name, loadConfig, problemCatalogue } = definition;
  let logger = createLogger(name);
  try {
    const config = loadConfig(process.env);
    logger = createLogger(name, { level: config.LOG_LEVEL });
    for (const warning of definition.warningsOf?.(config) ?? []) logger.warn(warning);
    const version = packageVersion();
    const module = definition.module(config, { service: name, version });
    const app = await createHttpApp(module, { logger, problemCatalogue });
    setUpOpenApi(app, { title: name, version, problemCatalogue });
    closeOnSignals(app, { seconds: config.SHUTDOWN_SECONDS, logger });
    await startConsuming(app);
    await app.listen({ port: config.PORT, host: '0.0.0.0', backlog: maxConnectionsWaiting });
    logger.log('ready', { port: config.PORT });
  } catch (error) {
    logger.error('could not start', error);
    process.exit(1);
  }
}

function packageVersion(): string {
  // As built, this file lies three folders below the package.
  const packageFile = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
}
