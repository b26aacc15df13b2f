import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect, type GetMessage, type Options } from 'amqplib';
import { DataSource, type FindOptionsWhere } from 'typeorm';
import { parkedQueueOf, queues } from '#libs/contracts/topology.js';
import { idToBytes } from '#libs/kernel/ids.js';
import { AmqpTransport } from '#libs/messaging/consumer/amqp-transport.js';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { declareTopology } from '#libs/messaging/broker/topology.js';
import { loadConfig } from '../../../apps/order-service/src/config.js';
import { problemCatalogue } from '../../../apps/order-service/src/http/problem-catalogue.js';
import { OrderServiceModule } from '../../../apps/order-service/src/order-service.module.js';
import { ParkedMessageRow } from '../../../apps/order-service/src/operations/parked-messages/parked-message.row.js';
import { createVirtualHost, type VirtualHost } from '../../support/broker.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { secret, startInProcess, testEnvironment } from '../../support/in-process.js';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.js';
import { signToken } from '../../../tools/tokens/sign-token.js';

/** Read by inventory-service, which does not run here: what is redriven stays in it, to be looked at. */
export const queue = queues.inventoryCommands.name;

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at what they know is there
  readonly body: any;
  readonly text: string;
}

interface CallOptions {
  readonly as?: string;
  readonly roles?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

type Where = FindOptionsWhere<ParkedMessageRow>;

/** order-service on servers of its own, with everything delivered twice, its database behind a network that can fail. */
export class ParkedFixture {
  readonly probe: BrokerProbe;
  app!: NestFastifyApplication;

  private constructor(
    private readonly databases: TestDatabases,
    private readonly broker: VirtualHost,
    readonly network: TcpProxy,
  ) {
    this.probe = new BrokerProbe(broker.url);
  }

  static async create(): Promise<ParkedFixture> {
    const databases = await createTestDatabases(['orders', 'orders_read']);
    const network = await TcpProxy.to(databases.url('orders'));
    const fixture = new ParkedFixture(databases, await createVirtualHost(), network);
    await fixture.declare();
    return fixture;
  }

  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const orders = this.databases.settings('orders');
    const config = loadConfig(
      testEnvironment({
        ...orders,
        DATABASE_URL: this.network.url(orders['DATABASE_URL']!),
        ...this.databases.settings('orders_read', 'READ_DATABASE_URL'),
        RABBITMQ_URL: this.broker.url,
        ...environment,
      }),
    );
    const name = 'order-service';
    const module = OrderServiceModule.forRoot(config, { service: name, version: 'test' });
    this.app = await startInProcess({ name, module, problemCatalogue });
    await eventually(() => {
      if (!this.app.get(AmqpTransport).isAttached) throw new Error('not every queue is being read yet');
    }, 20_000);
  }

  async stop(): Promise<void> {
    await this.app.close();
  }

  async drop(): Promise<void> {
    await this.network.close();
    await this.broker.drop();
    await this.databases.drop();
  }

  /** Puts a message into the parking lot, as a consumer does. */
  park(body: Buffer | string, properties: Options.Publish = {}, from: string = queue): Promise<void> {
    const at = new Date().toISOString();
    const told = { 'x-parked-reason': 'defect', 'x-parked-detail': 'Defect: no', 'x-parked-at': at };
    const headers = { 'x-attempt': 0, 'x-parked-from': from, ...told, ...properties.headers };
    return this.probe.send(parkedQueueOf(from), body, { ...properties, headers });
  }

  /** Many at once, on one connection. */
  async parkAll(messages: readonly { body: Buffer | string; properties: Options.Publish }[]): Promise<void> {
    const model = await connect(this.broker.url);
    const channel = await model.createConfirmChannel();
    const told = { 'x-parked-reason': 'defect', 'x-parked-at': new Date().toISOString() };
    for (const { body, properties } of messages) {
      channel.sendToQueue(parkedQueueOf(queue), Buffer.from(body), { ...properties, headers: told });
    }
    await channel.waitForConfirms();
    await model.close();
  }

  /** Takes everything out of a queue. */
  async drain(from: string): Promise<GetMessage[]> {
    const model = await connect(this.broker.url);
    const channel = await model.createChannel();
    const messages: GetMessage[] = [];
    for (
      let next = await channel.get(from, { noAck: true });
      next;
      next = await channel.get(from, { noAck: true })
    )
      messages.push(next);
    await model.close();
    return messages;
  }

  /** As an operator. */
  async call(
    method: 'GET' | 'POST',
    path: string,
    payload?: object,
    { as = 'op-1', roles = ['operator'], headers = {} }: CallOptions = {},
  ): Promise<ApiAnswer> {
    const authorization = `Bearer ${signToken({ subject: as, roles, secret })}`;
    const url = path.startsWith('/api') ? path : `/api/admin/dead-letters${path}`;
    const answer = await this.app.inject({
      method,
      url,
      headers: { authorization, ...headers },
      ...(payload && { payload }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json(), text: answer.body };
  }

  /** What operators did to something, the last first. */
  async trail(
    target: string,
  ): Promise<{ action: string; reason: string; outcome: string; actor: string; changes: unknown }[]> {
    return (await this.call('GET', `/api/admin/audit?target=${target}`)).body.items;
  }

  /** As somebody else who looked at it: says yes to the one thing that was proposed to be done to a message. */
  async confirm(id: string, as = 'op-2'): Promise<ApiAnswer> {
    const { body } = await this.call('GET', '/api/admin/proposals');
    const items = body.items as { id: string; target: string }[];
    const [proposal] = items.filter(({ target }) => target === `parked-message:${id}`);
    return this.call('POST', `/api/admin/proposals/${proposal?.id}/confirm`, { reason: 'looked at' }, { as });
  }

  query<Row>(sql: string, ...parameters: unknown[]): Promise<Row[]> {
    return this.app.get(DataSource).query<Row[]>(sql, parameters);
  }

  /** The rows, newest first. */
  rows(where: Where = {}): Promise<ParkedMessageRow[]> {
    const order = { parkedAt: 'DESC', id: 'DESC' } as const;
    return this.app.get(DataSource).getRepository(ParkedMessageRow).find({ where, order });
  }

  /** Waits until this many are in the table, and none in its lot. */
  async collected(count: number, where: Where = {}): Promise<ParkedMessageRow[]> {
    return eventually(async () => {
      const rows = await this.rows(where);
      const left = await this.probe.depth(parkedQueueOf(queue));
      if (rows.length !== count || left > 0) throw new Error(`${rows.length} collected, ${left} left`);
      return rows;
    }, 30_000);
  }

  async original(id: string): Promise<Buffer> {
    const sql = 'SELECT original FROM parked_message_bodies WHERE id = ?';
    const [row] = await this.app.get(DataSource).query<{ original: Buffer }[]>(sql, [idToBytes(id)]);
    return row!.original;
  }

  /** Takes a message out of a queue and dies with it, this many times. */
  async dieWithMessage(from: string, times: number): Promise<void> {
    const model = await connect(this.broker.url);
    for (let death = 0; death < times; death++) {
      const channel = await model.createChannel();
      await new Promise<void>((resolve) => void channel.consume(from, () => resolve()));
      await channel.close();
    }
    await model.close();
  }

  /** So that messages can be put there while the service does not run. */
  private async declare(): Promise<void> {
    const model = await connect(this.broker.url);
    await declareTopology(model);
    await model.close();
  }
}
