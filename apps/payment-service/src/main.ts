import { readFileSync } from 'node:fs';
import { closeOnSignals } from '#libs/http/shutdown.js';
import { createHttpApp } from '#libs/http/create-http-app.js';
import { startConsuming } from '#libs/messaging/start-consuming.js';
import { createLogger } from '#libs/observability/logger.js';
import { loadConfig } from './config.js';
import { problemCatalogue } from './http/problem-catalogue.js';
import { PaymentServiceModule } from './payment-service.module.js';

const service = 'payment-service';
// As built, this file lies four folders below the package.
const packageFile = new URL('../../../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };

const config = loadConfig(process.env);
const logger = createLogger(service, { level: config.LOG_LEVEL });

try {
  const app = await createHttpApp(PaymentServiceModule.forRoot(config, { service, version }), {
    logger,
    problemCatalogue,
  });
  closeOnSignals(app, { seconds: config.SHUTDOWN_SECONDS, logger });
  await startConsuming(app);
  await app.listen(config.PORT, '0.0.0.0');
  logger.log('ready', { port: config.PORT });
} catch (error) {
  logger.error('could not start', error);
  process.exit(1);
}
