import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { getDataSourceToken } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AmqpTransport } from '#libs/messaging/consumer/amqp-transport.js';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import { loadConfig as inventoryConfig } from '../../../apps/inventory-service/src/config.js';
import { problemCatalogue as inventoryProblems } from '../../../apps/inventory-service/src/http/problem-catalogue.js';
import { InventoryServiceModule } from '../../../apps/inventory-service/src/inventory-service.module.js';
import { loadConfig as orderConfig } from '../../../apps/order-service/src/config.js';
import { problemCatalogue as orderProblems } from '../../../apps/order-service/src/http/problem-catalogue.js';
import { OrderServiceModule } from '../../../apps/order-service/src/order-service.module.js';
import { loadConfig as paymentConfig } from '../../../apps/payment-service/src/config.js';
import { problemCatalogue as paymentProblems } from '../../../apps/payment-service/src/http/problem-catalogue.js';
import { PaymentServiceModule } from '../../../apps/payment-service/src/payment-service.module.js';
import { createVirtualHost, type VirtualHost } from '../../support/broker.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { secret, startInProcess, testEnvironment } from '../../support/in-process.js';
import { orderFor } from '../../support/order-client.js';
import { signToken } from '../../../tools/tokens/sign-token.js';

type Name = 'order-service' | 'inventory-service' | 'payment-service';

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at what they know is there
  readonly body: any;
}

/** The three services in this process, on servers of their own; everything is delivered twice, and nothing rests long. */
export class ServicesFixture {
  private readonly apps = new Map<Name, NestFastifyApplication>();

  private constructor(
    private readonly databases: TestDatabases,
    private readonly broker: VirtualHost,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async open(environment: Readonly<Record<string, string>> = {}): Promise<ServicesFixture> {
    const databases = await createTestDatabases(['orders', 'orders_read', 'inventory', 'payments']);
    const services = new ServicesFixture(databases, await createVirtualHost(), environment);
    for (const name of ['inventory-service', 'payment-service', 'order-service'] as const) {
      await services.start(name);
    }
    await eventually(async () => {
      const { body } = await services.call('GET', '/api/products?limit=1');
      if (body.total < 40) throw new Error(`the catalogue has ${body.total} products so far`);
    }, 20_000);
    return services;
  }

  async start(name: Name): Promise<void> {
    const app = await startInProcess(this.serviceOf(name));
    this.apps.set(name, app);
    await eventually(() => {
      if (!app.get(AmqpTransport).isAttached) throw new Error(`${name} does not read every queue yet`);
    }, 20_000);
  }

  async end(name: Name): Promise<void> {
    await this.app(name).close();
    this.apps.delete(name);
  }

  source(name: Name): DataSource {
    return this.app(name).get(DataSource);
  }

  /** Where order-service keeps its views. */
  readSource(): DataSource {
    return this.app('order-service').get(getDataSourceToken('read'));
  }

  async call(
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    payload?: object,
    as = 'op-1',
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const roles = as.startsWith('op') ? ['operator'] : ['customer'];
    const answer = await this.app('order-service').inject({
      method,
      url,
      headers: { authorization: `Bearer ${signToken({ subject: as, roles, secret })}`, ...more },
      ...(payload && { payload }),
    });
    const body: unknown = answer.body === '' ? null : answer.json();
    return { status: answer.statusCode, headers: answer.headers, body };
  }

  /** Places an order, and waits until its saga has ended. @returns its id. */
  async settled(token = 'tok_ok'): Promise<string> {
    const { body } = await this.call('POST', '/api/orders', orderFor('OAK-TABLE', token), 'cust-1');
    await eventually(async () => {
      const { body: now } = await this.call('GET', `/api/orders/${body.id}/status`, undefined, 'cust-1');
      if (now.status === 'PENDING') throw new Error(`order ${body.id} is pending`);
    }, 30_000);
    return body.id as string;
  }

  /** Compares everything, and waits for the end. @returns the run. */
  async reconcile(over: object = {}): Promise<Answer['body']> {
    return this.ended(await this.begin(over));
  }

  async begin(over: object = {}): Promise<string> {
    const { status, body } = await this.call('POST', '/api/admin/reconciliation/runs', {
      reason: 'a test',
      ...over,
    });
    if (status !== 202) throw new Error(JSON.stringify(body));
    return body.runId as string;
  }

  ended(runId: string): Promise<Answer['body']> {
    return eventually(async () => {
      const run = await this.run(runId);
      if (run.endedAt === null) throw new Error(`run ${runId} is at ${run.state}`);
      return run;
    }, 60_000);
  }

  async run(runId: string): Promise<Answer['body']> {
    return (await this.call('GET', `/api/admin/reconciliation/runs/${runId}`)).body;
  }

  /** All findings that fit, in as many pages as it takes. */
  async findings(query = ''): Promise<Answer['body'][]> {
    const found: Answer['body'][] = [];
    for (let cursor = ''; ;) {
      const { body } = await this.call('GET', `/api/admin/reconciliation/findings?limit=5${query}${cursor}`);
      found.push(...body.items);
      if (body.nextCursor === null) return found;
      cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
    }
  }

  /** Stock of an order that nobody told inventory of. @returns the reservation's id. */
  async plantReservation(orderId: string, status: string, lines = [{ sku: 'OAK-TABLE', quantity: 2 }]) {
    const id = newId();
    const source = this.source('inventory-service');
    await source.query(
      `INSERT INTO reservations (id, order_id, status, reservation_lines, shortages, created_at, updated_at)
       VALUES (?, ?, ?, ?, '[]', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
      [idToBytes(id), orderId, status, JSON.stringify(lines)],
    );
    const column = status === 'RESERVED' ? 'reserved' : status === 'COMMITTED' ? 'sold' : undefined;
    for (const { sku, quantity } of column ? lines : []) {
      await source.query(
        `UPDATE stock SET available = available - ?, ${column} = ${column} + ? WHERE sku = ?`,
        [quantity, quantity, sku],
      );
    }
    return id;
  }

  /** A charge that payment-service never asked for. @returns its key. */
  async plantCharge(orderId: string, capturedMinor = 5998): Promise<string> {
    const id = newId();
    await this.source('payment-service').query(
      `INSERT INTO sandbox_charges (payment_id, order_id, amount_minor, currency, captured_minor, refunded_minor, dead,
                                    failures, created_at, updated_at, captured_at)
       VALUES (?, ?, ?, 'USD', ?, 0, 0, 0, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
      [idToBytes(id), orderId, capturedMinor, capturedMinor],
    );
    return id;
  }

  /** The pages that are waited for have been waited for long enough. */
  async passDeadline(runId: string): Promise<void> {
    await this.source('order-service').query(
      'UPDATE reconciliation_runs SET due_at = UTC_TIMESTAMP(6) WHERE id = ? AND due_at IS NOT NULL',
      [idToBytes(runId)],
    );
  }

  async stop(): Promise<void> {
    for (const app of this.apps.values()) await app.close();
    await this.databases.drop();
    await this.broker.drop();
  }

  private app(name: Name): NestFastifyApplication {
    const app = this.apps.get(name);
    if (!app) throw new Error(`${name} does not run`);
    return app;
  }

  private serviceOf(name: Name) {
    const identity = { service: name, version: 'test' };
    const settings = (database: string) =>
      testEnvironment({
        ...this.databases.settings(database),
        RABBITMQ_URL: this.broker.url,
        SEED_DEMO: 'true',
        RECONCILE_QUIET_SECONDS: '0',
        RECONCILE_EVERY_HOURS: '0',
        ...this.environment,
      });
    switch (name) {
      case 'inventory-service': {
        const module = InventoryServiceModule.forRoot(inventoryConfig(settings('inventory')), identity);
        return { name, module, problemCatalogue: inventoryProblems };
      }
      case 'payment-service': {
        const module = PaymentServiceModule.forRoot(paymentConfig(settings('payments')), identity);
        return { name, module, problemCatalogue: paymentProblems };
      }
      case 'order-service': {
        const config = orderConfig({
          ...settings('orders'),
          ...this.databases.settings('orders_read', 'READ_DATABASE_URL'),
        });
        return {
          name,
          module: OrderServiceModule.forRoot(config, identity),
          problemCatalogue: orderProblems,
        };
      }
    }
  }
}
