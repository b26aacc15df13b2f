import { expect } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect, type Channel, type ChannelModel, type GetMessage } from 'amqplib';
import { DataSource } from 'typeorm';
import type { MessageType } from '#libs/contracts/message-type.js';
import { parkedQueueOf, queues, type WorkQueue } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import { readBrokerUrl } from '#libs/servers';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { declareTopology } from '#libs/messaging/broker/topology.js';
import { UNIT_OF_WORK_RUNNER } from '#libs/persistence/unit-of-work/inject-unit-of-work.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import type { VirtualHost } from './broker.js';
import type { TestDatabases } from './database.js';
import { eventually } from './eventually.js';

export type Reply = Envelope<Record<string, unknown>>;

/** Which command a message is, where a test cares. By default each is of an order and a saga of its own, and never expires. */
export interface Addressing {
  readonly messageId?: string;
  readonly orderId?: string;
  readonly sagaId?: string;
  readonly commandId?: string;
  readonly expirytime?: string;
}

/** A participant on servers of its own, with everything delivered twice; the test is the orchestrator. */
export abstract class ParticipantFixture {
  readonly replies: Reply[] = [];
  readonly instances: NestFastifyApplication[] = [];
  private amqp!: ChannelModel;
  private channel!: Channel;

  protected constructor(
    private readonly commands: WorkQueue,
    protected readonly databases: TestDatabases,
    readonly broker: VirtualHost,
  ) {}

  get app(): NestFastifyApplication {
    const [first] = this.instances;
    if (!first) throw new Error('no instance runs');
    return first;
  }

  get source(): DataSource {
    return this.app.get(DataSource);
  }

  get units(): UnitOfWorkRunner {
    return this.app.get<UnitOfWorkRunner>(UNIT_OF_WORK_RUNNER);
  }

  /** Sends a command as the orchestrator does. @returns its message id. */
  post(message: MessageType, data: unknown, addressing: Addressing = {}): string {
    const { messageId = newId(), orderId = newId(), expirytime } = addressing;
    const { sagaId = orderId, commandId = newId() } = addressing;
    const envelope: Envelope = {
      specversion: '1.0',
      id: messageId,
      type: message.type,
      source: '/test',
      subject: orderId,
      time: '2026-01-01T00:00:00Z',
      datacontenttype: 'application/json',
      dataschema: `/schemas/${message.type}.json`,
      sagaid: sagaId,
      commandid: commandId,
      expirytime,
      data,
    };
    this.channel.publish(message.exchange.name, message.routingKey, Buffer.from(JSON.stringify(envelope)), {
      messageId,
      type: message.type,
      contentType: 'application/cloudevents+json',
      persistent: true,
      userId: readBrokerUrl(this.broker.url).user,
    });
    return messageId;
  }

  repliesTo(messageId: string): Reply[] {
    return this.replies.filter(({ causationid }) => causationid === messageId);
  }

  /** Waits for the n-th reply to a message. */
  replyTo(messageId: string, count = 1): Promise<Reply> {
    return eventually(() => {
      const reply = this.repliesTo(messageId)[count - 1];
      if (!reply) throw new Error(`no reply ${count} to ${messageId}; ${this.replies.length} in all`);
      return reply;
    }, 30_000);
  }

  /** Nothing moves any more: queues are empty, the outbox is, and this many messages are parked. */
  async comesToRest(parked = 0): Promise<void> {
    await eventually(async () => {
      const [outbox] = await this.source.query<{ n: string }[]>('SELECT COUNT(*) AS n FROM outbox');
      if (Number(outbox?.n) > 0) throw new Error(`${outbox?.n} messages are not sent`);
    }, 20_000);
    await this.rests(parked);
  }

  /** The queue is empty, and this many messages are parked. */
  async rests(parked: number): Promise<void> {
    await eventually(async () => expect(await this.queued()).toEqual({ commands: 0, parked }), 20_000);
  }

  /** How many messages wait for the participant, and in its parking lot; not those that it has in hand. */
  async queued(): Promise<{ commands: number; parked: number }> {
    const { name } = this.commands;
    return {
      commands: (await this.channel.checkQueue(name)).messageCount,
      parked: (await this.channel.checkQueue(parkedQueueOf(name))).messageCount,
    };
  }

  /** Waits until nothing moves any more, and takes the one message that is parked out of its lot. */
  async parkedMessage(): Promise<GetMessage> {
    await this.comesToRest(1);
    const message = await this.channel.get(parkedQueueOf(this.commands.name), { noAck: true });
    if (!message) throw new Error('what was parked is gone');
    return message;
  }

  /** Again after the broker has closed the test's own connection. */
  async listenToReplies(): Promise<void> {
    this.amqp = await connect(this.broker.url);
    this.amqp.on('error', () => undefined);
    await declareTopology(this.amqp);
    this.channel = await this.amqp.createChannel();
    for (const { name } of [queues.sagaReplies, queues.reconciliation]) {
      await this.channel.consume(
        name,
        (message) => {
          if (message) this.replies.push(JSON.parse(message.content.toString()) as Reply);
        },
        { noAck: true },
      );
    }
  }

  async stop(): Promise<void> {
    await this.close();
    await this.drop();
  }

  /** Ends the instances. What one of them had in hand unacked is in its queue again after that. */
  async close(): Promise<void> {
    for (const app of this.instances.splice(0)) await app.close();
  }

  async drop(): Promise<void> {
    await this.amqp.close();
    await this.broker.drop();
    await this.databases.drop();
  }
}
