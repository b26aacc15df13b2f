import { runService } from '#libs/service';
import { loadConfig, warningsOf } from './config.js';
import { problemCatalogue } from './http/problem-catalogue.js';
import { OrderServiceModule } from './order-service.module.js';

await runService({
  name: 'order-service',
  loadConfig,
  warningsOf,
  module: (config, identity) => OrderServiceModule.forRoot(config, identity),
  problemCatalogue,
});
