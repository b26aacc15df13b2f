import { createHttpApp } from '#libs/http/create-http-app.js';
import { closeOnSignals } from '#libs/http/shutdown.js';
import { startConsuming } from '#libs/messaging/start-consuming.js';
import { createLogger } from '#libs/observability/logger.js';
import { loadConfig } from './config.js';
import { problemCatalogue } from './http/problem-catalogue.js';
import { OrderServiceModule } from './order-service.module.js';

const config = loadConfig(process.env);
const logger = createLogger('order-service', { level: config.LOG_LEVEL });
const app = await createHttpApp(OrderServiceModule.forRoot(config, '0.1.0'), { logger, problemCatalogue });
closeOnSignals(app, { seconds: config.SHUTDOWN_SECONDS, logger });
await startConsuming(app);
await app.listen(config.PORT, '0.0.0.0');
logger.log(`listening on ${config.PORT} as ${config.ROLES.join(' and ')}`);
