import { readFile } from 'node:fs/promises';
import type { DynamicModule } from '@nestjs/common';
import { stringify } from 'yaml';
import { describeApi } from '#libs/http/describe-api.js';
import type { ProblemCatalogue } from '#libs/http/problem.js';
import { loadConfig as inventoryConfig } from '../../apps/inventory-service/src/config.js';
import { problemCatalogue as inventoryProblems } from '../../apps/inventory-service/src/http/problem-catalogue.js';
import { InventoryServiceModule } from '../../apps/inventory-service/src/inventory-service.module.js';
import { loadConfig as orderConfig } from '../../apps/order-service/src/config.js';
import { problemCatalogue as orderProblems } from '../../apps/order-service/src/http/problem-catalogue.js';
import { OrderServiceModule } from '../../apps/order-service/src/order-service.module.js';
import { loadConfig as paymentConfig } from '../../apps/payment-service/src/config.js';
import { problemCatalogue as paymentProblems } from '../../apps/payment-service/src/http/problem-catalogue.js';
import { PaymentServiceModule } from '../../apps/payment-service/src/payment-service.module.js';
import type { GeneratedDocument, Generator } from './document.js';

/** Enough for the modules to be put together. Nothing is started, so nothing is connected to. */
const environment = {
  DATABASE_URL: 'mysql://nobody@localhost/none',
  READ_DATABASE_URL: 'mysql://nobody@localhost/none',
  RABBITMQ_URL: 'amqp://localhost',
  JWT_SECRET: 'no token is ever checked with this secret',
};

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function documentOf(
  service: string,
  module: DynamicModule,
  problemCatalogue: ProblemCatalogue,
): Promise<GeneratedDocument> {
  const document = await describeApi(module, { title: service, version: await version(), problemCatalogue });
  return {
    path: `docs/openapi/${service}.yaml`,
    text: stringify(JSON.parse(JSON.stringify(document)), { aliasDuplicateObjects: false, lineWidth: 0 }),
  };
}

export const openApi: Generator = {
  name: 'openapi',
  ownedFolders: ['docs/openapi'],
  async documents() {
    const identity = (service: string) => ({ service, version: '' });
    return [
      await documentOf(
        'order-service',
        OrderServiceModule.forRoot(orderConfig(environment), identity('order-service')),
        orderProblems,
      ),
      await documentOf(
        'inventory-service',
        InventoryServiceModule.forRoot(inventoryConfig(environment), identity('inventory-service')),
        inventoryProblems,
      ),
      await documentOf(
        'payment-service',
        PaymentServiceModule.forRoot(paymentConfig(environment), identity('payment-service')),
        paymentProblems,
      ),
    ];
  },
};
