import { Controller, Injectable, Module, type INestApplication } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DataSource, type QueryRunner } from 'typeorm';
import { ReleaseStock, ReserveStock } from '#libs/contracts/inventory/inventory.messages.js';
import { parkedQueueOf, queues } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import { AmqpTransport } from '#libs/messaging/consumer/amqp-transport.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { InboxRow, inboxTable } from '#libs/messaging/inbox/inbox.row.js';
import { Inbox } from '#libs/messaging/inbox/inbox.js';
import { messagingTables, redriveColumns, firstSenderColumn } from '#libs/messaging/messaging.migration.js';
import { MessagingModule, type MessagingOptions } from '#libs/messaging/messaging.module.js';
import { OutboxRow } from '#libs/messaging/outbox/outbox.row.js';
import { Outbox } from '#libs/messaging/outbox/outbox.js';
import type { OutgoingMessage } from '#libs/messaging/outbox/outgoing-message.js';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { startConsuming } from '#libs/messaging/consumer/start-consuming.js';
import { persistenceTables } from '#libs/persistence/persistence.migration.js';
import { PersistenceModule } from '#libs/persistence/persistence.module.js';
import { UNIT_OF_WORK_RUNNER } from '#libs/persistence/unit-of-work/inject-unit-of-work.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { createVirtualHost, type VirtualHost } from '../../support/broker.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

class Tables1700000000000 {
  async up(queryRunner: QueryRunner): Promise<void> {
    await persistenceTables(queryRunner);
    await messagingTables(queryRunner);
    await redriveColumns(queryRunner);
    await firstSenderColumn(queryRunner);
  }

  async down(): Promise<void> {}
}

/** What the handlers of a test do, and what they were given. */
@Injectable()
export class Handling {
  readonly received: Envelope<ReserveStock>[] = [];
  effects = 0;
  handle: (message: Envelope<ReserveStock>) => Promise<unknown> = () => Promise.resolve();
}

@Controller()
class ReserveStockConsumer {
  constructor(private readonly handling: Handling) {}

  @EventPattern<string>(ReserveStock.type)
  async reserve(@Payload() message: Envelope<ReserveStock>): Promise<unknown> {
    this.handling.received.push(message);
    return this.handling.handle(message);
  }
}

/** A service on a database and a virtual host of its own that consumes inventory's commands. */
export class MessagingFixture {
  readonly queue = queues.inventoryCommands.name;
  readonly probe: BrokerProbe;
  app!: INestApplication;

  private constructor(
    readonly databases: TestDatabases,
    readonly broker: VirtualHost,
  ) {
    this.probe = new BrokerProbe(broker.url);
  }

  static async create(broker?: VirtualHost): Promise<MessagingFixture> {
    return new MessagingFixture(
      await createTestDatabases(['messages']),
      broker ?? (await createVirtualHost()),
    );
  }

  /** Another instance on the same database and broker; close it yourself. */
  async startInstance(options: Partial<MessagingOptions> = {}): Promise<INestApplication> {
    @Module({
      imports: [
        PersistenceModule.forRoot({
          url: this.databases.url('messages'),
          rows: [OutboxRow, InboxRow],
          migrations: [Tables1700000000000],
        }),
        MessagingModule.forRoot({
          url: this.broker.url,
          source: '/inventory-service',
          consumes: [queues.inventoryCommands],
          relay: { pollIntervalMs: 100, deleteAfterMs: 10 },
          ...options,
        }),
      ],
      controllers: [ReserveStockConsumer],
      providers: [Handling],
    })
    class TestModule {}
    const compiled = await Test.createTestingModule({ imports: [TestModule] }).compile();
    const app = compiled.createNestApplication(new FastifyAdapter());
    app.useLogger(false);
    await startConsuming(app);
    return app;
  }

  /** Starts the service, and waits until its topology is declared and its queue being read. */
  async start(options: Partial<MessagingOptions> = {}): Promise<void> {
    await this.startUnattached(options);
    await eventually(() => {
      if (!this.app.get(AmqpTransport).isAttached) throw new Error('the queue is not being read yet');
    }, 20_000);
  }

  /** Starts the service, whose broker may be away. */
  async startUnattached(options: Partial<MessagingOptions> = {}): Promise<void> {
    this.app = await this.startInstance(options);
  }

  async stop(): Promise<void> {
    await this.app.close();
  }

  /** Stops what runs and takes database and virtual host away. */
  async drop(): Promise<void> {
    await this.broker.drop();
    await this.databases.drop();
  }

  get handling(): Handling {
    return this.app.get(Handling);
  }

  get dataSource(): DataSource {
    return this.app.get(DataSource);
  }

  get unitOfWork(): UnitOfWorkRunner {
    return this.app.get<UnitOfWorkRunner>(UNIT_OF_WORK_RUNNER);
  }

  /** Commits a unit of work that publishes these. @returns their ids. */
  publish(...messages: OutgoingMessage[]): Promise<string[]> {
    const outbox = this.app.get(Outbox);
    return this.unitOfWork.run({
      name: 'publish',
      load: [],
      decide: (work) => messages.map((message) => outbox.publish(work, message)),
    });
  }

  /** Handles messages the way services do: each has its effect with its inbox row. */
  useInbox(app = this.app): void {
    const inbox = app.get(Inbox);
    const handling = app.get(Handling);
    const unitOfWork = app.get<UnitOfWorkRunner>(UNIT_OF_WORK_RUNNER);
    handling.handle = async (message) => {
      const result = await unitOfWork.run(
        inbox.once('test', message, { name: 'effect', load: [], decide: () => 'done' }),
      );
      if (result === 'done') handling.effects += 1;
    };
  }

  outboxRows(): Promise<OutboxRow[]> {
    return this.dataSource.getRepository(OutboxRow).find({ order: { id: 'ASC' } });
  }

  inboxRows(): Promise<InboxRow[]> {
    return this.dataSource.getRepository(inboxTable.row).find();
  }

  async outboxEmpties(): Promise<void> {
    await eventually(async () => {
      const rows = await this.outboxRows();
      if (rows.length > 0) throw new Error(`${rows.length} rows are left in the outbox`);
    });
  }

  /** Puts bytes into the consumer's queue as somebody else would. */
  send(body: Buffer | string, properties: Parameters<BrokerProbe['send']>[2] = {}): Promise<void> {
    return this.probe.send(this.queue, body, properties);
  }

  /** Waits for one message in the parking lot, and takes it out. */
  parkedMessage(): Promise<NonNullable<Awaited<ReturnType<BrokerProbe['take']>>>> {
    return eventually(async () => {
      const message = await this.probe.take(parkedQueueOf(this.queue));
      if (!message) throw new Error('nothing is parked');
      return message;
    }, 25_000);
  }
}

export const reserveStock = (subject = newId()): OutgoingMessage<ReserveStock> => ({
  message: ReserveStock,
  subject,
  data: { reservationId: newId(), lines: [{ sku: 'SKU-1', quantity: 1 }] },
  sagaId: subject,
  commandId: newId(),
});

/** A command that the fixture's service has no handler for. */
export const releaseStock = (subject = newId()): OutgoingMessage<ReleaseStock> => ({
  message: ReleaseStock,
  subject,
  data: { reservationId: newId() },
  sagaId: subject,
  commandId: newId(),
});

/** The wire form of a command, made by hand. */
export const envelopeOf = (changes: Partial<Envelope> = {}): Envelope => ({
  specversion: '1.0',
  id: newId(),
  type: ReserveStock.type,
  source: '/order-service',
  subject: newId(),
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  dataschema: `/schemas/${ReserveStock.type}.json`,
  sagaid: newId(),
  commandid: newId(),
  data: { reservationId: newId(), lines: [{ sku: 'SKU-1', quantity: 1 }] },
  ...changes,
});
