import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { Writable } from 'node:stream';
import { DataSource } from 'typeorm';
import type { MessageType } from '#libs/contracts/message-type.js';
import { RefundPayment, TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { parkedQueueOf, queues } from '#libs/contracts/topology.js';
import { createHttpApp } from '#libs/http/create-http-app.js';
import { systemClock } from '#libs/kernel/clock.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope.js';
import { declareTopology } from '#libs/messaging/topology.js';
import { startConsuming } from '#libs/messaging/start-consuming.js';
import { createLogger } from '#libs/observability/logger.js';
import { UNIT_OF_WORK } from '#libs/persistence/persistence.module.js';
import type { UnitOfWork } from '#libs/persistence/unit-of-work.js';
import { loadConfig, type Config } from '../../../apps/payment-service/src/config.js';
import { problemCatalogue } from '../../../apps/payment-service/src/http/problem-catalogue.js';
import { PaymentServiceModule } from '../../../apps/payment-service/src/payment-service.module.js';
import { PaymentRow } from '../../../apps/payment-service/src/persistence/payment.row.js';
import { BoundedProvider } from '../../../apps/payment-service/src/provider/bounded-provider.js';
import {
  PAYMENT_PROVIDER,
  type Charge,
} from '../../../apps/payment-service/src/provider/payment-provider.js';
import { ProviderModule } from '../../../apps/payment-service/src/provider/provider.module.js';
import { SandboxChargeRow } from '../../../apps/payment-service/src/provider/sandbox/sandbox-charge.row.js';
import { SandboxProvider } from '../../../apps/payment-service/src/provider/sandbox/sandbox-provider.js';
import { createVirtualHost, type VirtualHost } from '../../support/broker.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

export type Reply = Envelope<Record<string, unknown>>;

export const secret = 'a secret of the tests, long enough for HS256';

/** A command, as the test wants to send it: any number of times, each time as another message or as the same one. */
export interface Command {
  readonly message: MessageType;
  readonly data: unknown;
  readonly orderId: string;
  readonly messageId: string;
}

/** payment-service on servers of its own, with everything delivered twice; the test is the orchestrator. */
export class PaymentsFixture {
  readonly replies: Reply[] = [];
  /** Called when the sandbox has made a charge, before the service hears of it. What it throws is all that is heard. */
  afterCharge: (charge: Charge) => void = () => undefined;
  private readonly instances: NestFastifyApplication[] = [];
  private amqp!: ChannelModel;
  private channel!: Channel;

  private constructor(
    private readonly databases: TestDatabases,
    readonly broker: VirtualHost,
    private readonly environment: Record<string, string>,
  ) {}

  static async start(instances: number, environment: Record<string, string> = {}): Promise<PaymentsFixture> {
    const fixture = new PaymentsFixture(
      await createTestDatabases(['payments']),
      await createVirtualHost(),
      environment,
    );
    for (let count = 0; count < instances; count++) await fixture.startInstance();
    await fixture.listenToReplies();
    return fixture;
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

  take(
    token: string | undefined,
    over: { paymentId?: string; orderId?: string; amount?: string } = {},
  ): Command {
    const data = {
      paymentId: over.paymentId ?? newId(),
      customerId: 'cust-1',
      amount: { amount: over.amount ?? '59.98', currency: 'USD' },
      method: 'card',
      token,
    };
    return { message: TakePayment, data, orderId: over.orderId ?? newId(), messageId: newId() };
  }

  /** Undoes what a command asks for. */
  refundOf({ data, orderId }: Command): Command {
    const { paymentId } = data as { paymentId: string };
    return { message: RefundPayment, data: { paymentId }, orderId, messageId: newId() };
  }

  send({ message, data, orderId, messageId }: Command): void {
    const envelope: Envelope = {
      specversion: '1.0',
      id: messageId,
      type: message.type,
      source: '/test',
      subject: orderId,
      time: '2026-01-01T00:00:00Z',
      datacontenttype: 'application/json',
      dataschema: `/schemas/${message.type}.json`,
      sagaid: orderId,
      commandid: orderId,
      data,
    };
    this.channel.publish(message.exchange.name, message.routingKey, Buffer.from(JSON.stringify(envelope)), {
      messageId,
      type: message.type,
      contentType: 'application/cloudevents+json',
      persistent: true,
    });
  }

  /** Sends commands, and waits until each has so many replies; gives them in the order in which they came. */
  async ask(...commands: Command[]): Promise<Reply[]> {
    for (const command of commands) this.send(command);
    return Promise.all(commands.map((command) => this.replyTo(command)));
  }

  async replyTo({ messageId }: Command, count = 1): Promise<Reply> {
    return eventually(() => {
      const reply = this.repliesTo(messageId)[count - 1];
      if (!reply) throw new Error(`no reply ${count} to ${messageId}; ${this.replies.length} in all`);
      return reply;
    }, 30_000);
  }

  repliesTo(messageId: string): Reply[] {
    return this.replies.filter(({ causationid }) => causationid === messageId);
  }

  payment({ data }: Command): Promise<PaymentRow> {
    return this.source.getRepository(PaymentRow).findOneByOrFail({ id: idIn(data) });
  }

  /** The provider's own books. */
  ledger({ data }: Command): Promise<SandboxChargeRow | null> {
    return this.source.getRepository(SandboxChargeRow).findOneBy({ key: idIn(data) });
  }

  /** Captured minus refunded. */
  async kept(command: Command): Promise<number> {
    const entry = await this.ledger(command);
    return entry ? entry.capturedMinor - entry.refundedMinor : 0;
  }

  /** Nothing moves any more: queues are empty, the outbox is, and this many messages are parked. */
  async comesToRest(parked = 0): Promise<void> {
    const commands = queues.paymentCommands.name;
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

  async listenToReplies(): Promise<void> {
    this.amqp = await connect(this.broker.url);
    this.amqp.on('error', () => undefined);
    await declareTopology(this.amqp);
    this.channel = await this.amqp.createChannel();
    await this.channel.consume(
      queues.sagaReplies.name,
      (message) => {
        if (message) this.replies.push(JSON.parse(message.content.toString()) as Reply);
      },
      { noAck: true },
    );
  }

  private async startInstance(): Promise<void> {
    const config = loadConfig({
      NODE_ENV: 'test',
      DATABASE_URL: this.databases.url('payments'),
      RABBITMQ_URL: this.broker.url,
      JWT_SECRET: secret,
      METRICS_PORT: '0',
      DELIVER_TWICE: 'true',
      ...this.environment,
    });
    const { imports = [], ...service } = PaymentServiceModule.forRoot(config, {
      service: 'payment-service',
      version: 'test',
    });
    const module = { ...service, imports: [...imports.filter(isNotProvider), this.providerModule(config)] };
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const logger = createLogger('payment-service', { stream: silent });
    const app = await createHttpApp(module, { logger, problemCatalogue });
    await startConsuming(app);
    this.instances.push(app);
  }

  private providerModule(config: Config): DynamicModule {
    const useFactory = (units: UnitOfWork): BoundedProvider => this.provider(units, config);
    return {
      module: ProviderModule,
      providers: [{ provide: PAYMENT_PROVIDER, useFactory, inject: [UNIT_OF_WORK] }],
      exports: [PAYMENT_PROVIDER],
    };
  }

  /** The real one, with the test's foot in the door. */
  private provider(units: UnitOfWork, config: Config): BoundedProvider {
    const sandbox = new SandboxProvider(units);
    const charge = sandbox.charge.bind(sandbox);
    sandbox.charge = async (asked, signal) => {
      const outcome = await charge(asked, signal);
      this.afterCharge(asked);
      return outcome;
    };
    const bounds = {
      timeoutSeconds: config.PROVIDER_TIMEOUT_SECONDS,
      concurrency: config.PROVIDER_CONCURRENCY,
    };
    return new BoundedProvider(sandbox, bounds, systemClock);
  }
}

const idIn = (data: unknown): string => (data as { paymentId: string }).paymentId;

const isNotProvider = (entry: NonNullable<ModuleMetadata['imports']>[number]): boolean =>
  !('module' in entry && entry.module === ProviderModule);
