import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { Writable } from 'node:stream';
import { DataSource } from 'typeorm';
import type { MessageType } from '#libs/contracts/message-type.js';
import { parkedQueueOf, queues } from '#libs/contracts/topology.js';
import { createHttpApp } from '#libs/http/create-http-app.js';
import { newId } from '#libs/kernel/ids.js';
import { money } from '#libs/kernel/money.js';
import type { Envelope } from '#libs/messaging/envelope.js';
import { Outbox } from '#libs/messaging/outbox.js';
import { startConsuming } from '#libs/messaging/start-consuming.js';
import { declareTopology } from '#libs/messaging/topology.js';
import { createLogger } from '#libs/observability/logger.js';
import { UNIT_OF_WORK } from '#libs/persistence/persistence.module.js';
import type { UnitOfWork } from '#libs/persistence/unit-of-work.js';
import { loadConfig } from '../../../apps/inventory-service/src/config.js';
import { problemCatalogue } from '../../../apps/inventory-service/src/http/problem-catalogue.js';
import { InventoryServiceModule } from '../../../apps/inventory-service/src/inventory-service.module.js';
import { ReservationRow } from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import { StockRow } from '../../../apps/inventory-service/src/persistence/stock.row.js';
import { createProductUnit } from '../../../apps/inventory-service/src/products/create-product.unit.js';
import { createVirtualHost, type VirtualHost } from '../../support/broker.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

export const secret = 'a secret of the tests, long enough for HS256';

interface FixtureOptions {
  readonly instances?: number;
  /** Leads to the broker in place of its own address. */
  readonly through?: (brokerUrl: string) => Promise<string>;
  readonly environment?: NodeJS.ProcessEnv;
}

/** inventory-service on servers of its own, with everything delivered twice; the test is the orchestrator. */
export class InventoryFixture {
  readonly replies: Envelope<Record<string, unknown>>[] = [];
  readonly instances: NestFastifyApplication[] = [];
  private amqp!: ChannelModel;
  private channel!: Channel;

  private constructor(
    private readonly databases: TestDatabases,
    readonly broker: VirtualHost,
  ) {}

  static async start({
    instances = 1,
    through = (url) => Promise.resolve(url),
    environment = {},
  }: FixtureOptions = {}): Promise<InventoryFixture> {
    const fixture = new InventoryFixture(await createTestDatabases(['inventory']), await createVirtualHost());
    const brokerUrl = await through(fixture.broker.url);
    for (let i = 0; i < instances; i++) await fixture.startInstance(brokerUrl, environment);
    await fixture.listenToReplies();
    return fixture;
  }

  private async startInstance(brokerUrl: string, environment: NodeJS.ProcessEnv): Promise<void> {
    const config = loadConfig({
      NODE_ENV: 'test',
      DATABASE_URL: this.databases.url('inventory'),
      RABBITMQ_URL: brokerUrl,
      JWT_SECRET: secret,
      METRICS_PORT: '0',
      DELIVER_TWICE: 'true',
      ...environment,
    });
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const app = await createHttpApp(
      InventoryServiceModule.forRoot(config, { service: 'inventory-service', version: 'test' }),
      { logger: createLogger('inventory-service', { stream: silent }), problemCatalogue },
    );
    await startConsuming(app);
    this.instances.push(app);
  }

  get app(): NestFastifyApplication {
    const [first] = this.instances;
    if (!first) throw new Error('no instance runs');
    return first;
  }

  get source(): DataSource {
    return this.app.get(DataSource);
  }

  get units(): UnitOfWork {
    return this.app.get<UnitOfWork>(UNIT_OF_WORK);
  }

  async create(sku: string, available: number): Promise<void> {
    const product = {
      ...{ sku, name: sku, sellerId: 'seller-1', discountPercent: 0, active: true },
      price: money(2999, 'USD'),
    };
    const command = { product, available, adjustmentId: newId(), by: 'test' };
    await this.units.run(createProductUnit(command, this.app.get(Outbox)));
  }

  /** Sends a command as the orchestrator does. @returns its message id. */
  send<Data>(message: MessageType<string, Data>, data: Data, id = newId()): string {
    const envelope: Envelope<Data> = {
      specversion: '1.0',
      id,
      type: message.type,
      source: '/test',
      subject: newId(),
      time: '2026-01-01T00:00:00Z',
      datacontenttype: 'application/json',
      dataschema: `/schemas/${message.type}.json`,
      sagaid: newId(),
      commandid: newId(),
      data,
    };
    this.channel.publish(message.exchange.name, message.routingKey, Buffer.from(JSON.stringify(envelope)), {
      messageId: id,
      type: message.type,
      contentType: 'application/cloudevents+json',
      persistent: true,
    });
    return id;
  }

  /** Sends a command, and waits for its reply. */
  async ask<Data>(
    message: MessageType<string, Data>,
    data: Data,
  ): Promise<Envelope<Record<string, unknown>>> {
    const id = this.send(message, data);
    const [reply] = await this.repliesTo([id]);
    if (!reply) throw new Error('no reply');
    return reply;
  }

  /** Waits until each of these commands has its reply. */
  repliesTo(commandMessageIds: readonly string[]): Promise<Envelope<Record<string, unknown>>[]> {
    return eventually(() => {
      const byCause = new Map(this.replies.map((reply) => [reply.causationid, reply]));
      return commandMessageIds.map((id) => {
        const reply = byCause.get(id);
        if (!reply) throw new Error(`no reply to ${id}; ${this.replies.length} in all`);
        return reply;
      });
    }, 30_000);
  }

  stockOf(sku: string): Promise<StockRow> {
    return this.source.getRepository(StockRow).findOneByOrFail({ sku });
  }

  reservation(id: string): Promise<ReservationRow> {
    return this.source.getRepository(ReservationRow).findOneByOrFail({ id });
  }

  /** Nothing moves any more: queues are empty, the outbox is, and this many messages are parked. */
  async comesToRest(parked = 0): Promise<void> {
    const commands = queues.inventoryCommands.name;
    await eventually(async () => {
      const [outbox] = await this.source.query<{ n: string }[]>('SELECT COUNT(*) AS n FROM outbox');
      const counts = {
        outbox: Number(outbox?.n),
        commands: (await this.channel.checkQueue(commands)).messageCount,
        parked: (await this.channel.checkQueue(parkedQueueOf(commands))).messageCount,
      };
      const rest = { outbox: 0, commands: 0, parked };
      if (JSON.stringify(counts) !== JSON.stringify(rest)) throw new Error(JSON.stringify(counts));
    }, 20_000);
  }

  async stop(): Promise<void> {
    await this.amqp.close();
    for (const app of this.instances) await app.close();
    await this.broker.drop();
    await this.databases.drop();
  }

  private async listenToReplies(): Promise<void> {
    this.amqp = await connect(this.broker.url);
    this.channel = await this.amqp.createChannel();
    await declareTopology(this.amqp);
    await this.channel.consume(
      queues.sagaReplies.name,
      (message) => {
        if (message) this.replies.push(JSON.parse(message.content.toString()));
      },
      { noAck: true },
    );
  }
}
