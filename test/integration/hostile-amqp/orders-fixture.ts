import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect, type Channel, type ChannelModel, type GetMessage } from 'amqplib';
import { DataSource } from 'typeorm';
import { ProductChanged } from '#libs/contracts/inventory/inventory.messages.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { parkedQueueOf, queues } from '#libs/contracts/topology.js';
import { idToBytes } from '#libs/kernel/ids.js';
import { AmqpTransport } from '#libs/messaging/consumer/amqp-transport.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { declareTopology } from '#libs/messaging/broker/topology.js';
import { loadConfig } from '../../../apps/order-service/src/config.js';
import { problemCatalogue } from '../../../apps/order-service/src/http/problem-catalogue.js';
import { OrderServiceModule } from '../../../apps/order-service/src/order-service.module.js';
import { createVirtualHost, type VirtualHost } from '../../support/broker.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { secret, startInProcess, testEnvironment } from '../../support/in-process.js';
import { orderFor } from '../../support/order-client.js';
import { signToken } from '../../../tools/tokens/sign-token.js';
import { envelopeOf, onWire } from './wire.js';

type Command = Envelope<Record<string, unknown>>;

const customer = {
  authorization: `Bearer ${signToken({ subject: 'cust-1', roles: ['customer'], secret })}`,
};

/** order-service on servers of its own, with everything delivered twice; the test is both of its participants. */
export class OrdersFixture {
  readonly probe: BrokerProbe;
  private readonly commands: Command[] = [];
  private amqp!: ChannelModel;
  private channel!: Channel;

  private constructor(
    private readonly databases: TestDatabases,
    private readonly broker: VirtualHost,
    readonly app: NestFastifyApplication,
  ) {
    this.probe = new BrokerProbe(broker.url);
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<OrdersFixture> {
    const databases = await createTestDatabases(['orders', 'orders_read']);
    const broker = await createVirtualHost();
    const config = loadConfig(
      testEnvironment({
        ...databases.settings('orders'),
        ...databases.settings('orders_read', 'READ_DATABASE_URL'),
        RABBITMQ_URL: broker.url,
        // What is parked stays where the test looks for it.
        COLLECT_PARKED: 'false',
        ...environment,
      }),
    );
    const identity = { service: 'order-service', version: 'test' };
    const module = OrderServiceModule.forRoot(config, identity);
    const app = await startInProcess({ name: identity.service, module, problemCatalogue });
    const fixture = new OrdersFixture(databases, broker, app);
    await fixture.listenToCommands();
    await eventually(() => {
      if (!app.get(AmqpTransport).isAttached) throw new Error('not every queue is being read yet');
    }, 20_000);
    await fixture.offer('OAK-TABLE');
    return fixture;
  }

  get source(): DataSource {
    return this.app.get(DataSource);
  }

  /** Tells the catalogue of a product, as inventory-service does, and waits until it can be ordered. */
  async offer(sku: string): Promise<void> {
    const { body, properties } = onWire(productChanged(sku));
    await this.probe.send(queues.catalogue.name, body, properties);
    await eventually(async () =>
      expectOne(await this.rows('SELECT 1 FROM catalogue_products WHERE sku = ?', sku)),
    );
  }

  /** Places an order that a card pays. @returns its id, which is its saga's, too. */
  async place(): Promise<string> {
    const answer = await this.app.inject({
      method: 'POST',
      url: '/api/orders',
      headers: customer,
      payload: orderFor('OAK-TABLE'),
    });
    if (answer.statusCode !== 201) throw new Error(answer.body);
    return answer.json<{ id: string }>().id;
  }

  /** Waits for the n-th message by which an order's saga asks for something. */
  asked(orderId: string, message: MessageType, count = 1): Promise<Command> {
    return eventually(() => {
      const command = this.allAsked(orderId, message)[count - 1];
      if (!command) throw new Error(`${message.type} was not asked ${count} times for ${orderId}`);
      return command;
    }, 20_000);
  }

  /** Messages, not deliveries: the test's own connection gets each once. */
  allAsked(orderId: string, message: MessageType): Command[] {
    return this.commands.filter(({ type, subject }) => type === message.type && subject === orderId);
  }

  /** Sends a reply to a command, as its participant does, but for `changes`. @returns the message. */
  async reply(
    command: Envelope,
    message: MessageType,
    data: unknown,
    changes: Partial<Envelope> = {},
  ): Promise<Envelope> {
    const reply = { ...this.replyTo(command, message, data), ...changes };
    await this.send(reply);
    return reply;
  }

  /** A reply as its participant makes it. */
  replyTo({ subject, sagaid, commandid, id }: Envelope, message: MessageType, data: unknown): Envelope {
    return envelopeOf(message, data, { subject, sagaid, commandid, causationid: id });
  }

  async send(reply: Envelope): Promise<void> {
    const { body, properties } = onWire(reply);
    await this.probe.send(queues.sagaReplies.name, body, properties);
  }

  /** Waits for a reply in the parking lot, and takes it out. */
  parkedReply(): Promise<GetMessage> {
    return eventually(async () => {
      const message = await this.probe.take(parkedQueueOf(queues.sagaReplies.name));
      if (!message) throw new Error('nothing is parked');
      return message;
    });
  }

  async waitingReplies(): Promise<{ waiting: number; parked: number }> {
    const { name } = queues.sagaReplies;
    return { waiting: await this.probe.depth(name), parked: await this.probe.depth(parkedQueueOf(name)) };
  }

  /** The saga of an order has waited long enough for what it asked. */
  async passDeadline(orderId: string): Promise<void> {
    const sql = 'UPDATE sagas SET deadline_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = ?';
    await this.source.query(sql, [idToBytes(orderId)]);
  }

  async status(orderId: string): Promise<string> {
    const answer = await this.app.inject({ url: `/api/orders/${orderId}/status`, headers: customer });
    return answer.json<{ status: string }>().status;
  }

  /** What the timeline of an order says, as its customer reads it. */
  async timeline(orderId: string): Promise<{ kind: string; messageId: string | null; text: string }[]> {
    const answer = await this.app.inject({ url: `/api/orders/${orderId}/timeline`, headers: customer });
    return answer.json<{ items: { kind: string; messageId: string | null; text: string }[] }>().items;
  }

  rows(sql: string, ...parameters: unknown[]): Promise<object[]> {
    return this.source.query(sql, parameters);
  }

  /** Closes the service, so that whatever it had in hand unacked is in its queue again. */
  async close(): Promise<void> {
    await this.app.close();
  }

  async drop(): Promise<void> {
    await this.amqp.close();
    await this.broker.drop();
    await this.databases.drop();
  }

  private async listenToCommands(): Promise<void> {
    this.amqp = await connect(this.broker.url);
    await declareTopology(this.amqp);
    this.channel = await this.amqp.createChannel();
    for (const { name } of [queues.inventoryCommands, queues.paymentCommands]) {
      await this.channel.consume(
        name,
        (message) => {
          if (message) this.commands.push(JSON.parse(message.content.toString()) as Command);
        },
        { noAck: true },
      );
    }
  }
}

export const productChanged = (sku: string): Envelope =>
  envelopeOf(
    ProductChanged,
    {
      sku,
      name: sku,
      sellerId: 'seller-1',
      discountPercent: 0,
      active: true,
      version: 1,
      price: { amount: '29.99', currency: 'USD' },
      updatedAt: new Date().toISOString(),
    },
    { subject: sku, sagaid: undefined, commandid: undefined, sequence: 1 },
  );

export function expectOne(rows: readonly unknown[]): void {
  if (rows.length !== 1) throw new Error(`${rows.length} rows where one is expected`);
}
