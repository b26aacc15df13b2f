import { runService } from '#libs/service';
import { loadConfig } from './config.js';
import { problemCatalogue } from './http/problem-catalogue.js';
import { InventoryServiceModule } from './inventory-service.module.js';

await runService({
  name: 'inventory-service',
  loadConfig,
  module: (config, identity) => InventoryServiceModule.forRoot(config, identity),
  problemCatalogue,
});
