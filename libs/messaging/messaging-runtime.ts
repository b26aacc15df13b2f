import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { WorkQueue } from '#libs/contracts/topology.js';
import type { HealthIndicators } from '#libs/observability/health/health-indicators.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { AmqpConnection } from './broker/amqp-connection.js';
import { AmqpTransport, type TransportOptions } from './consumer/amqp-transport.js';
import { brokerHealth } from './consumer/broker-health.js';
import { watchConnections, watchParkedQueues } from './parking/broker-watch.js';
import { OutboxRelay, type RelayOptions } from './outbox/outbox-relay.js';
import { SqlOutboxStore } from './outbox/outbox-store.js';
import type { Outbox } from './outbox/outbox.js';
import { outboxTable } from './outbox/outbox.row.js';
import { ParkingLot } from './parking/parking-lot.js';
import { Publisher, type PublisherOptions } from './broker/publisher.js';
import { declareTopology } from './broker/topology.js';

export interface RuntimeOptions extends TransportOptions {
  /** See AmqpConnectionOptions. */
  readonly url: string;
  readonly heartbeatSeconds?: number;
  /** The service, as receivers see it: `/order-service`. */
  readonly source: string;
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
  private readonly forgetHealth: (() => void) | undefined;

  constructor(
    options: RuntimeOptions,
    unitOfWork: UnitOfWorkRunner,
    dataSource: DataSource,
    outbox: Outbox,
    health: HealthIndicators | undefined,
  ) {
    const name = options.source.slice(1);
    // Two connections: a broker that is short of memory stops reading from those that publish, acks included.
    this.publishing = new AmqpConnection({ ...options, name: `${name} publishing` });
    const consuming = new AmqpConnection({ ...options, name: `${name} consuming` });
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
    this.parkingLot = new ParkingLot(collectsParked, consuming, this.publisher, options);
    // Nest closes servers before it ends modules, whose order is its own: the database may end before this one.
    this.transport = new AmqpTransport(consuming, this.publisher, options, this.parkingLot, () =>
      this.relay.drain(),
    );
    unitOfWork.onCommitted(outboxTable, (rows) => this.relay.take(rows));
    watchConnections(connections);
    watchParkedQueues(consuming, [...new Set([...consumes, ...collectsParked])], this.parkingLot);
    this.forgetHealth = health?.register('rabbitmq', () => brokerHealth(connections, this.transport));
  }

  onApplicationBootstrap(): void {
    this.publishing.open();
    this.relay.start();
  }

  /** The servers are closed by now: no request and no message makes further rows. */
  async onApplicationShutdown(): Promise<void> {
    this.forgetHealth?.();
    await this.relay.drain();
    await this.publishing.close();
  }
}
