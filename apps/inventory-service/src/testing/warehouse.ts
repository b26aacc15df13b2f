import { newId } from '#libs/kernel/ids.js';
import { money } from '#libs/kernel/money.js';
import type { Envelope } from '#libs/messaging/envelope';
import type { Outbox, OutgoingMessage } from '#libs/messaging/outbox';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { read, type UnitOfWork } from '#libs/persistence/unit-of-work';
import type { Outcome } from '../domain/reservation.js';
import { stocks } from '../persistence/stock.row.js';
import { createProductUnit } from '../products/create-product.unit.js';

/** A warehouse without database and broker: units run on the in-memory port, and what they send is kept. */
export class Warehouse {
  readonly units = new InMemoryRunner();
  readonly sent: OutgoingMessage[] = [];
  readonly outbox: Pick<Outbox, 'publish'> = {
    publish: (_work, message) => {
      this.sent.push(message);
      return newId();
    },
  };

  static async with(pieces: Readonly<Record<string, number>>): Promise<Warehouse> {
    const warehouse = new Warehouse();
    for (const [sku, available] of Object.entries(pieces)) await warehouse.create(sku, available);
    warehouse.sent.length = 0;
    return warehouse;
  }

  async create(
    sku: string,
    available: number,
    over: { active?: boolean; sellerId?: string } = {},
  ): Promise<void> {
    const { active = true, sellerId = 'seller-1' } = over;
    const product = {
      sku,
      name: `The ${sku}`,
      sellerId,
      price: money(2999, 'USD'),
      discountPercent: 0,
      active,
    };
    const command = { product, available, adjustmentId: newId(), by: 'op-1' };
    await this.units.run(createProductUnit(command, this.outbox));
  }

  /** Carries out a command, and gives what was sent on account of it. */
  async give<Data>(
    unitFor: (command: Envelope<Data>, outbox: Pick<Outbox, 'publish'>) => UnitOfWork<Outcome>,
    command: Envelope<Data>,
  ): Promise<OutgoingMessage[]> {
    const before = this.sent.length;
    await this.units.run(unitFor(command, this.outbox));
    return this.sent.slice(before);
  }

  stockOf(sku: string): Promise<{ available: number; reserved: number; sold: number }> {
    return this.units.run({
      name: 'look-at-stock',
      load: [read(stocks, sku)],
      decide: (work) => {
        const { available, reserved, sold } = work.get(stocks, sku);
        return { available, reserved, sold };
      },
    });
  }
}

/** A command as it comes from the broker. Each call makes a message of its own, as a repeated command is. */
export const commandOf = <Data>(data: Data): Envelope<Data> => ({
  specversion: '1.0',
  id: newId(),
  type: 'any',
  source: '/order-service',
  subject: 'order-1',
  time: '2026-01-01T00:00:00Z',
  datacontenttype: 'application/json',
  dataschema: 'any',
  sagaid: 'saga-1',
  commandid: 'command-1',
  data,
});
