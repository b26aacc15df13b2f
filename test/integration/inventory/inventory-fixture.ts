import type { MessageType } from '#libs/contracts/message-type.js';
import { queues } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import { money } from '#libs/kernel/money.js';
import { Outbox } from '#libs/messaging/outbox/outbox.js';
import { loadConfig } from '../../../apps/inventory-service/src/config.js';
import { problemCatalogue } from '../../../apps/inventory-service/src/http/problem-catalogue.js';
import { InventoryServiceModule } from '../../../apps/inventory-service/src/inventory-service.module.js';
import { ReservationRow } from '../../../apps/inventory-service/src/persistence/reservation.row.js';
import { StockRow } from '../../../apps/inventory-service/src/persistence/stock.row.js';
import { createProductUnit } from '../../../apps/inventory-service/src/products/create-product.unit.js';
import { createVirtualHost } from '../../support/broker.js';
import { createTestDatabases } from '../../support/database.js';
import { startInProcess, testEnvironment } from '../../support/in-process.js';
import { ParticipantFixture, type Addressing, type Reply } from '../../support/participant-fixture.js';

interface FixtureOptions {
  readonly instances?: number;
  /** Leads to the broker in place of its own address. */
  readonly through?: (brokerUrl: string) => Promise<string>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** inventory-service, with the shelves that a test fills. */
export class InventoryFixture extends ParticipantFixture {
  static async start({
    instances = 1,
    through = (url) => Promise.resolve(url),
    environment = {},
  }: FixtureOptions = {}): Promise<InventoryFixture> {
    const databases = await createTestDatabases(['inventory']);
    const fixture = new InventoryFixture(queues.inventoryCommands, databases, await createVirtualHost());
    const config = loadConfig(
      testEnvironment({
        ...databases.settings('inventory'),
        RABBITMQ_URL: await through(fixture.broker.url),
        ...environment,
      }),
    );
    for (let i = 0; i < instances; i++) {
      const identity = { service: 'inventory-service', version: 'test' };
      const module = InventoryServiceModule.forRoot(config, identity);
      fixture.instances.push(await startInProcess({ name: identity.service, module, problemCatalogue }));
    }
    await fixture.listenToReplies();
    return fixture;
  }

  async create(sku: string, available: number): Promise<void> {
    const product = {
      sku,
      name: sku,
      sellerId: 'seller-1',
      discountPercent: 0,
      active: true,
      price: money(2999, 'USD'),
    };
    const command = { product, available, adjustmentId: newId(), by: 'test' };
    await this.units.run(createProductUnit(command, this.app.get(Outbox)));
  }

  /** Sends a command; each reservation is of an order that is named alike. @returns its message id. */
  send<Data extends { reservationId: string }>(
    message: MessageType<string, Data>,
    data: Data,
    { expirytime }: Pick<Addressing, 'expirytime'> = {},
  ): string {
    return this.post(message, data, { orderId: data.reservationId, expirytime });
  }

  /** Sends a command, and waits for its reply. */
  ask<Data extends { reservationId: string }>(
    message: MessageType<string, Data>,
    data: Data,
  ): Promise<Reply> {
    return this.replyTo(this.send(message, data));
  }

  /** Waits until each of these messages has its reply. */
  answersTo(messageIds: readonly string[]): Promise<Reply[]> {
    return Promise.all(messageIds.map((id) => this.replyTo(id)));
  }

  stockOf(sku: string): Promise<StockRow> {
    return this.source.getRepository(StockRow).findOneByOrFail({ sku });
  }

  reservation(id: string): Promise<ReservationRow> {
    return this.source.getRepository(ReservationRow).findOneByOrFail({ id });
  }
}
