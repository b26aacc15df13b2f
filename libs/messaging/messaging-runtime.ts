import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { declaredQueues } from '#libs/contracts/declarations.js';
import type { Service, WorkQueue } from '#libs/contracts/topology.js';
import type { HealthIndicators } from '#libs/observability/health/health-indicators.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { virtualHostOf } from '#libs/servers';
import { AmqpConnection } from './broker/amqp-connection.js';
import { BrokerUsers, type NamedUsers } from './broker/broker-users.js';
import { AmqpTransport, type TransportOptions } from './consumer/amqp-transport.js';
import { brokerHealth } from './consumer/broker-health.js';
import { watchConnections, watchParkedQueues } from './parking/broker-watch.js';
import { OutboxRelay, type RelayOptions } from './outbox/outbox-relay.js';
import { SqlOutboxStore } from './outbox/outbox-store.js';
import type { Outbox } from './outbox/outbox.js';
import { outboxTable } from './outbox/outbox.row.js';
import { ParkingLot } from './parking/parking-lot.js';
import { Publisher, type PublisherOptions } from './broker/publisher.js';
import { ManagementApi } from './broker/management-api.js';
import { ReplicaWatch } from './broker/replica-watch.js';
import { declareTopology } from './broker/topology.js';

export interface RuntimeOptions extends TransportOptions {
  /** See AmqpConnectionOptions. */
  readonly url: string;
  readonly heartbeatSeconds?: number;
  /** Of the broker's management API, to see by it where queues have their replicas. Default: nobody looks. */
  readonly managementUrl?: string | undefined;
  /** Default: a minute. */
  readonly countReplicasEveryMs?: number;
  /** The service, as receivers see it. */
  readonly source: `/${Service}`;
  /** Users of the broker, where they are not named like their services. */
  readonly brokerUsers?: NamedUsers;
  /** Queues whose parked messages are brought into the service's own keeping: see parking-lot.ts. Default: none. */
  readonly collectsParked?: readonly WorkQueue[];
  readonly relay?: RelayOptions;
  readonly publisher?: PublisherOptions;
}

/** What runs of a service's messaging: it starts with the application, broker or no broker, and ends after it. */
export class MessagingRuntime implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly transport: AmqpTransport;
  readonly parkingLot: ParkingLot;
  private readonly publishing: AmqpConnection;
  private readonly publisher: Publisher;
  private readonly relay: OutboxRelay;
  private readonly forgetHealth: (() => void)[];

  constructor(
    options: RuntimeOptions,
    unitOfWork: UnitOfWorkRunner,
    dataSource: DataSource,
    outbox: Outbox,
    health: HealthIndicators | undefined,
  ) {
    const name = options.source.slice(1) as Service;
    // Two connections: a broker that is short of memory stops reading from those that publish, acks included.
    this.publishing = new AmqpConnection({ ...options, name: `${name} publishing` });
    const consuming = new AmqpConnection({ ...options, name: `${name} consuming` });
    const users = new BrokerUsers(this.publishing.user, options.brokerUsers);
    const { consumes, collectsParked = [] } = options;
    const reads = consumes.length + collectsParked.length > 0;
    const connections = reads ? [this.publishing, consuming] : [this.publishing];
    for (const connection of connections) {
      connection.onConnection((model) =>
        declareTopology(model, {
          queues: [...consumes, ...collectsParked],
          retryDelays: options.retryDelays,
        }),
      );
    }
    this.publisher = new Publisher(this.publishing, options.publisher);
    const store = new SqlOutboxStore(dataSource);
    this.relay = new OutboxRelay(outbox.owner, store, this.publisher, this.publishing, options.relay);
    this.parkingLot = new ParkingLot(collectsParked, name, users, consuming, this.publisher, options);
    // Nest closes servers before it ends modules, whose order is its own: the database may end before this one.
    this.transport = new AmqpTransport(consuming, users, this.publisher, options, this.parkingLot, () =>
      this.relay.drain(),
    );
    unitOfWork.onCommitted(outboxTable, (rows) => this.relay.take(rows));
    watchConnections(connections);
    watchParkedQueues(consuming, [...new Set([...consumes, ...collectsParked])], this.parkingLot);
    const replicas = watchReplicas(this.publishing, options);
    this.forgetHealth = [
      health?.register('rabbitmq', () => brokerHealth(connections, this.transport)),
      replicas && health?.register('rabbitmq (replicas)', () => replicas.health),
    ].filter((forget) => forget !== undefined);
  }

  onApplicationBootstrap(): void {
    this.publishing.open();
    this.relay.start();
  }

  /** The servers are closed by now: no request and no message makes further rows. */
  async onApplicationShutdown(): Promise<void> {
    for (const forget of this.forgetHealth) forget();
    await this.relay.drain();
    await this.publishing.close();
  }
}

/** For as long as there is a connection: without one, nothing that could be seen would be news. */
function watchReplicas(connection: AmqpConnection, options: RuntimeOptions): ReplicaWatch | undefined {
  const { url, managementUrl, countReplicasEveryMs: everyMs } = options;
  if (managementUrl === undefined) return undefined;
  const watch = new ReplicaWatch(new ManagementApi(managementUrl), {
    virtualHost: virtualHostOf(url),
    queues: declaredQueues.map(({ name }) => name),
    ...(everyMs !== undefined && { everyMs }),
  });
  connection.on('up', () => watch.start());
  connection.on('down', () => watch.stop());
  return watch;
}
