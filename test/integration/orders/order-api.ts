import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Writable } from 'node:stream';
import { DataSource } from 'typeorm';
import { createHttpApp } from '#libs/http/create-http-app.js';
import { createLogger } from '#libs/observability/logger.js';
import { getDataSourceToken } from '@nestjs/typeorm';
import { loadConfig } from '../../../apps/order-service/src/config.js';
import { problemCatalogue } from '../../../apps/order-service/src/http/problem-catalogue.js';
import { OrderServiceModule } from '../../../apps/order-service/src/order-service.module.js';
import { createVirtualHost, type VirtualHost } from '../../support/broker.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';
import { signToken } from '../../../tools/tokens/sign-token.js';

const secret = 'a secret of the tests, long enough for HS256';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at what they know is there
  readonly body: any;
}

/** order-service's HTTP half, on servers of its own: nothing is consumed, so that every saga stays where it is put. */
export class OrderApi {
  private constructor(
    private readonly databases: TestDatabases,
    private readonly broker: VirtualHost,
    private readonly app: NestFastifyApplication,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<OrderApi> {
    const databases = await createTestDatabases(['orders', 'orders_read']);
    const broker = await createVirtualHost();
    const config = loadConfig({
      NODE_ENV: 'test',
      ROLES: 'api',
      ...databases.settings('orders'),
      ...databases.settings('orders_read', 'READ_DATABASE_URL'),
      RABBITMQ_URL: broker.url,
      JWT_SECRET: secret,
      METRICS_PORT: '0',
      ...settings,
    });
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const app = await createHttpApp(
      OrderServiceModule.forRoot(config, { service: 'order-service', version: 'test' }),
      { logger: createLogger('order-service', { stream: silent }), problemCatalogue },
    );
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return new OrderApi(databases, broker, app);
  }

  /** Of the write side, for who may do there what no service may. */
  get databaseUrl(): string {
    return this.databases.url('orders');
  }

  get source(): DataSource {
    return this.app.get<DataSource>(getDataSourceToken());
  }

  get readSource(): DataSource {
    return this.app.get<DataSource>(getDataSourceToken('read'));
  }

  async call(
    method: 'GET' | 'POST' | 'PUT' | 'HEAD',
    url: string,
    { as = 'op-1', roles = ['operator'], headers = {}, payload }: CallOptions = {},
  ): Promise<ApiAnswer> {
    const authorization = `Bearer ${signToken({ subject: as, roles, secret })}`;
    const answer = await this.app.inject({
      method,
      url,
      headers: { authorization, ...headers },
      ...(payload && { payload }),
    });
    const body: unknown = answer.body === '' ? null : answer.json();
    return { status: answer.statusCode, headers: answer.headers, body };
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.databases.drop();
    await this.broker.drop();
  }
}

interface CallOptions {
  readonly as?: string;
  readonly roles?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: object;
}
