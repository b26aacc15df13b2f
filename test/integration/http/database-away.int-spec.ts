import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Writable } from 'node:stream';
import { createHttpApp } from '#libs/http/create-http-app.js';
import { openApiDocument } from '#libs/http/open-api.js';
import type { ProblemCatalogue } from '#libs/http/problem.js';
import { newId } from '#libs/kernel/ids.js';
import { createLogger } from '#libs/observability/logger.js';
import { registry } from '#libs/observability/metrics.js';
import type { ServiceIdentity } from '#libs/service/run-service.js';
import * as inventoryConfig from '../../../apps/inventory-service/src/config.js';
import * as inventoryProblems from '../../../apps/inventory-service/src/http/problem-catalogue.js';
import { InventoryServiceModule } from '../../../apps/inventory-service/src/inventory-service.module.js';
import * as orderConfig from '../../../apps/order-service/src/config.js';
import * as orderProblems from '../../../apps/order-service/src/http/problem-catalogue.js';
import { OrderServiceModule } from '../../../apps/order-service/src/order-service.module.js';
import * as paymentConfig from '../../../apps/payment-service/src/config.js';
import * as paymentProblems from '../../../apps/payment-service/src/http/problem-catalogue.js';
import { PaymentServiceModule } from '../../../apps/payment-service/src/payment-service.module.js';
import { createVirtualHost, type VirtualHost } from '../../support/broker.js';
import { createTestDatabases, testServerUrl, type TestDatabases } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { secret, testEnvironment } from '../../support/in-process.js';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.js';
import { signToken } from '../../../tools/tokens/sign-token.js';

interface Service<Config> {
  readonly loadConfig: (environment: NodeJS.ProcessEnv) => Config;
  readonly forRoot: (config: Config, identity: ServiceIdentity) => DynamicModule;
  readonly problemCatalogue: ProblemCatalogue;
  readonly environment: (url: (database: string) => string) => Record<string, string>;
  /** Commands that look something up before they do anything. */
  readonly commands: readonly (readonly [path: string, payload: object])[];
}

const reason = 'the test says so';
const id = newId();

const orderService: Service<orderConfig.Config> = {
  ...orderConfig,
  ...orderProblems,
  forRoot: (config, identity) => OrderServiceModule.forRoot(config, identity),
  environment: (url) => ({
    DATABASE_URL: url('orders'),
    READ_DATABASE_URL: url('orders_read'),
    ROLES: 'api',
  }),
  commands: [
    [`/api/admin/sagas/${id}/retry`, { reason }],
    [`/api/admin/dead-letters/redrive`, { reason, preview: true, filter: { queue: 'inventory.commands' } }],
    [`/api/admin/reconciliation/findings/${id}/fix`, { reason }],
    [`/api/orders/${id}/cancel`, {}],
  ],
};

const inventoryService: Service<inventoryConfig.Config> = {
  ...inventoryConfig,
  ...inventoryProblems,
  forRoot: (config, identity) => InventoryServiceModule.forRoot(config, identity),
  environment: (url) => ({ DATABASE_URL: url('inventory') }),
  commands: [],
};

const paymentService: Service<paymentConfig.Config> = {
  ...paymentConfig,
  ...paymentProblems,
  forRoot: (config, identity) => PaymentServiceModule.forRoot(config, identity),
  environment: (url) => ({ DATABASE_URL: url('payments') }),
  commands: [],
};

/** An address of this path that is understood: with an id wherever something is asked for. */
function addressOf(path: string, parameters: readonly object[]): string {
  const required = (parameters as { name: string; in: string; required?: boolean }[])
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name }) => `${name}=${id}`);
  return `${path.replace(/\{[^}]*\}/, id)}?${required.join('&')}`;
}

/** Answers that need no database, and those that say how it is. */
const needsNone = /^\/(ping|health)/;

let databases: TestDatabases;
let broker: VirtualHost;
let line: TcpProxy;
beforeAll(async () => {
  databases = await createTestDatabases(['orders', 'orders_read', 'inventory', 'payments']);
  broker = await createVirtualHost();
  line = await TcpProxy.to(testServerUrl());
});
afterAll(async () => {
  await line.close();
  await databases.drop();
  await broker.drop();
});

describe.each([
  ['order-service', orderService as Service<unknown>],
  ['inventory-service', inventoryService as Service<unknown>],
  ['payment-service', paymentService as Service<unknown>],
])('while the database of %s', (name, service) => {
  let app: NestFastifyApplication;
  let questions: string[];
  let log: string[] = [];
  beforeAll(async () => {
    const url = (database: string): string => line.url(databases.url(database));
    const environment = { ...service.environment(url), RABBITMQ_URL: broker.url };
    const module = service.forRoot(service.loadConfig(testEnvironment(environment)), {
      service: name,
      version: 'test',
    });
    const stream = new Writable({
      write: (line, _encoding, done) => {
        log.push(String(line));
        done();
      },
    });
    const { problemCatalogue } = service;
    app = await createHttpApp(module, { logger: createLogger(name, { stream }), problemCatalogue });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    const { paths } = openApiDocument(app, { title: name, version: 'test', problemCatalogue });
    questions = Object.entries(paths)
      .filter(([path, { get }]) => get && !needsNone.test(path))
      .map(([path, { get }]) => addressOf(path, get?.parameters ?? []));
    expect(questions.length).toBeGreaterThan(1);
  }, 60_000);
  afterAll(() => app.close());
  afterEach(() => {
    line.heal();
    line.accept();
  });

  async function ask(method: 'GET' | 'POST', path: string, payload?: object) {
    const authorization = `Bearer ${signToken({ subject: 'op-1', roles: ['operator', 'admin'], secret })}`;
    const { statusCode, headers, body } = await app.inject({
      method,
      url: path,
      headers: { authorization },
      ...(payload && { payload }),
    });
    return { path, statusCode, retryAfter: headers['retry-after'], body };
  }

  const askAll = () =>
    Promise.all([
      ...questions.map((path) => ask('GET', path)),
      ...service.commands.map(([path, payload]) => ask('POST', path, payload)),
    ]);

  async function everythingIsUnavailable(): Promise<void> {
    for (const answer of await askAll()) {
      expect({ ...answer, body: JSON.parse(answer.body) }).toEqual({
        path: answer.path,
        statusCode: 503,
        retryAfter: '2',
        body: expect.objectContaining({ code: 'unavailable' }),
      });
    }
    // What was found a moment ago is good enough for the next caller.
    await eventually(async () =>
      expect(await ask('GET', '/health/ready')).toMatchObject({
        statusCode: 503,
        body: '{"status":"down"}',
      }),
    );
    expect(await ask('GET', '/health/live')).toMatchObject({ statusCode: 200 });
  }

  async function everythingWorks(): Promise<void> {
    await eventually(async () =>
      expect(await ask('GET', '/health/ready')).toMatchObject({ statusCode: 200 }),
    );
    await eventually(async () => {
      for (const { path, statusCode } of await askAll()) {
        // Nothing is there, but everything is understood.
        expect([path, statusCode]).toEqual([path, statusCode === 404 ? 404 : 200]);
      }
    });
  }

  it('works, everything is answered', everythingWorks);

  it('is frozen, everything is answered 503 and metrics are there', async () => {
    line.make({ stalled: 'both' });
    await everythingIsUnavailable();
    expect(await registry.metrics()).toContain('http_request_duration_seconds');
    line.heal();
    await everythingWorks();
  }, 60_000);

  it('is away, everything is answered 503, in a line of the log for each kind', async () => {
    line.refuse();
    log = [];
    await everythingIsUnavailable();
    const said = log.filter((line) => line.includes('does not work for now'));
    expect(said.length).toBeLessThanOrEqual(2);
    line.accept();
    await everythingWorks();
  }, 60_000);
});
