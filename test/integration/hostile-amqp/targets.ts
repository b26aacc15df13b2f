import { ReserveStock, StockReserved } from '#libs/contracts/inventory/inventory.messages.js';
import { OrderPlaced } from '#libs/contracts/order/order.messages.js';
import { TakePayment } from '#libs/contracts/payment/payment.messages.js';
import { queues } from '#libs/contracts/topology.js';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { goldenMessages } from '../../contracts/golden.js';
import { eventually } from '../../support/eventually.js';
import { InventoryFixture } from '../inventory/inventory-fixture.js';
import { PaymentsFixture } from '../payments/payments-fixture.js';
import { expectOne, OrdersFixture, productChanged } from './orders-fixture.js';
import { envelopeOf } from './wire.js';

/** A message that its consumer handles, and how that shows. */
export interface Good {
  readonly envelope: Envelope;
  readonly shows: () => Promise<unknown>;
}

/** A queue that a service of ours reads, with the service behind it. */
export interface Target {
  readonly queue: string;
  readonly good: () => Promise<Good>;
  readonly probe: () => BrokerProbe;
}

/** All services, the two participants apart from the orchestrator: what one of them says is not to reach the other. */
export class Targets {
  private inventory!: InventoryFixture;
  private payments!: PaymentsFixture;
  private orders!: OrdersFixture;
  private readonly probes = new Map<string, BrokerProbe>();

  readonly all: readonly Target[] = [
    {
      queue: queues.inventoryCommands.name,
      probe: () => this.probes.get('inventory')!,
      good: async () => {
        const reservationId = newId();
        const lines = [{ sku: 'UNHEARD-OF', quantity: 1 }];
        const envelope = envelopeOf(ReserveStock, { reservationId, lines });
        return { envelope, shows: () => this.inventory.replyTo(envelope.id) };
      },
    },
    {
      queue: queues.paymentCommands.name,
      probe: () => this.probes.get('payments')!,
      good: async () => {
        const amount = { amount: '59.98', currency: 'USD' };
        const data = { paymentId: newId(), customerId: 'cust-1', amount, method: 'card', token: 'tok_ok' };
        const envelope = envelopeOf(TakePayment, data);
        return { envelope, shows: () => this.payments.replyTo(envelope.id) };
      },
    },
    {
      queue: queues.sagaReplies.name,
      probe: () => this.orders.probe,
      good: async () => {
        const orderId = await this.orders.place();
        const { data, sagaid, commandid } = await this.orders.asked(orderId, ReserveStock);
        const { reservationId } = data as { reservationId: string };
        const addressing = { subject: orderId, sagaid, commandid };
        return {
          envelope: envelopeOf(StockReserved, { reservationId }, addressing),
          shows: () => this.orders.asked(orderId, TakePayment),
        };
      },
    },
    {
      queue: queues.projections.name,
      probe: () => this.orders.probe,
      good: async () => {
        const id = newId();
        const { order } = goldenMessages.get(OrderPlaced.type)!.data as { order: object };
        const rest = { subject: id, sagaid: undefined, commandid: undefined, sequence: 1 };
        const envelope = envelopeOf(OrderPlaced, { order: { ...order, id } }, rest);
        const read = this.orders.app.get<DataSource>(getDataSourceToken('read'));
        const sql = 'SELECT 1 FROM order_views WHERE id = ?';
        return { envelope, shows: () => shown(() => read.query(sql, [idToBytes(id)])) };
      },
    },
    {
      queue: queues.catalogue.name,
      probe: () => this.orders.probe,
      good: async () => {
        const envelope = productChanged(newId());
        const sql = 'SELECT 1 FROM catalogue_products WHERE sku = ?';
        return { envelope, shows: () => shown(() => this.orders.rows(sql, envelope.subject)) };
      },
    },
  ];

  async start(): Promise<void> {
    [this.inventory, this.payments, this.orders] = await Promise.all([
      InventoryFixture.start(),
      PaymentsFixture.start(1),
      OrdersFixture.start(),
    ]);
    this.probes.set('inventory', new BrokerProbe(this.inventory.broker.url));
    this.probes.set('payments', new BrokerProbe(this.payments.broker.url));
  }

  /** Ends the services. What one of them had in hand unacked is in its queue again after that. */
  async close(): Promise<void> {
    await Promise.all([this.inventory.close(), this.payments.close(), this.orders.close()]);
  }

  async drop(): Promise<void> {
    await Promise.all([this.inventory.drop(), this.payments.drop(), this.orders.drop()]);
  }
}

const shown = (look: () => Promise<unknown[]>): Promise<void> =>
  eventually(async () => expectOne(await look()));
