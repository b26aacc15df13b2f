import { runService } from '#libs/service';
import { loadConfig } from './config.js';
import { problemCatalogue } from './http/problem-catalogue.js';
import { PaymentServiceModule } from './payment-service.module.js';

await runService({
  name: 'payment-service',
  loadConfig,
  module: (config, identity) => PaymentServiceModule.forRoot(config, identity),
  problemCatalogue,
});
