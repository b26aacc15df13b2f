import { movesExchangeOf, queues, type WorkQueue } from '#libs/contracts/topology.js';
import { BrokerUsers } from '#libs/messaging/broker/broker-users.js';
import { firstSenderHeader, firstSenderOf } from '#libs/messaging/parking/first-sender.js';
import { Refusal } from '#libs/kernel/errors.js';
import { money, type Money } from '#libs/kernel/money.js';
import { newId } from '#libs/kernel/ids.js';
import { callerOf } from '#libs/kernel/caller.js';
import type { UnitOfWork } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { adjustStockUnit } from '../../../apps/inventory-service/src/products/adjust-stock.unit.js';
import { changeProductUnit } from '../../../apps/inventory-service/src/products/change-product.unit.js';
import { createProductUnit } from '../../../apps/inventory-service/src/products/create-product.unit.js';
import type { WireMessage } from '#libs/messaging/broker/publisher.js';
import type { Outbox } from '#libs/messaging/outbox/outbox.js';
import { isFromRogueClient, type RogueClient } from './rogue-client.js';
import { freeSku, type Plan } from '../plan.js';
import type { Cluster } from '../services/cluster.js';
import type { Queued, SimulatedBroker } from '../world/simulated-broker.js';
import type { Untruths } from '../world/untruths.js';
import type { World } from '../world/simulation-world.js';

const caller = callerOf('shopkeeper', ['operator']);
const againMs = 3_000;

/** As order-service sends it again: under its id, and who sent it first. */
function redriven(routingKey: string, { message, userId }: Queued): WireMessage {
  const queue = Object.values<WorkQueue>(queues).find(({ name }) => name === routingKey)!;
  const firstSender = firstSenderOf(
    queue,
    { userId, headers: message.headers },
    new BrokerUsers('order-service'),
  );
  const { name: exchange } = movesExchangeOf('order-service');
  return { ...message, exchange, routingKey, headers: { [firstSenderHeader]: firstSender ?? '' } };
}

/** Adds products to the shop, changes them, and looks after parked messages. Retries each change until it is done. */
export class Shopkeeper {
  #openCount = 0;

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    stock: Plan['stock'],
  ) {
    for (const [sku, available] of Object.entries(stock)) {
      const product = {
        sku,
        name: `The ${sku}`,
        sellerId: 'seller-1',
        discountPercent: sku === 'LAMP' ? 12.5 : 0,
        price: this.#priceOf(sku),
        active: true,
      };
      const adjustmentId = newId();
      this.#until((outbox) =>
        createProductUnit({ product, available, adjustmentId, by: caller.subject }, outbox),
      );
    }
  }

  get isDone(): boolean {
    return this.#openCount === 0;
  }

  changePrice(sku: string): void {
    const price = this.#priceOf(sku);
    this.#until((outbox) =>
      changeProductUnit({ sku, changes: { price }, caller, version: undefined }, outbox),
    );
  }

  addStock(sku: string): void {
    const command = {
      adjustmentId: newId(),
      sku,
      delta: this.world.chance.between(1, 5),
      reason: 'delivery',
      caller,
    };
    this.#until((outbox) => adjustStockUnit(command, outbox));
  }

  /** Redrives parked messages with the same id and bytes. Those that should never have come are discarded. */
  redrive(broker: SimulatedBroker, { notParked }: Pick<RogueClient, 'notParked'>, untruths: Untruths): void {
    for (const [queue, messages] of broker.parked()) {
      for (const queued of messages) {
        broker.take(queue, queued);
        if (isFromRogueClient(queued.message) || untruths.messages.has(queued.message.id!)) {
          this.world.coverage.count('operator.discards');
          notParked.delete(queued.message.id!);
          continue;
        }
        this.world.coverage.count('operator.redrives');
        broker.publishAs('order-service', redriven(queue.replace(/\.parked$/, ''), queued));
      }
    }
  }

  #priceOf(sku: string): Money {
    return money(sku === freeSku ? 0 : this.world.chance.between(100, 9_999), 'USD');
  }

  /** Retries until it is done: each of these units is idempotent, or refuses to be done twice. */
  #until(unitFor: (outbox: Outbox) => UnitOfWork<unknown>): void {
    this.#openCount += 1;
    let isDone = false;
    const attempt = (): void => {
      if (isDone) return;
      const process = this.cluster.someInventoryProcess;
      const settled = (): void => {
        if (!isDone) this.#openCount -= 1;
        isDone = true;
      };
      process?.units.run(unitFor(process.outbox)).then(settled, (error: unknown) => {
        // Done by an attempt whose answer was lost; or the product does not exist yet, which does not matter.
        if (!(error instanceof Refusal)) return;
        this.world.coverage.count(`refusal.${error.code}`);
        settled();
      });
      this.world.schedule.after(againMs, attempt);
    };
    this.world.schedule.after(0, attempt);
  }
}
