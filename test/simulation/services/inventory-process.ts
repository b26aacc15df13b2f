import { queues } from '#libs/contracts/topology.js';
import { CommitStockConsumer } from '../../../apps/inventory-service/src/commit-stock/commit-stock.consumer.js';
import { ReleaseStockConsumer } from '../../../apps/inventory-service/src/release-stock/release-stock.consumer.js';
import { Participant } from '../../../apps/inventory-service/src/reservations/participant.js';
import { ReserveStockConsumer } from '../../../apps/inventory-service/src/reserve-stock/reserve-stock.consumer.js';
import { ReturnStockConsumer } from '../../../apps/inventory-service/src/return-stock/return-stock.consumer.js';
import type { Life } from '../world/life.js';
import type { SimulatedDatabase } from '../world/simulated-database.js';
import { SimulatedProcess, type Surroundings } from './simulated-process.js';

/** inventory-service, one process. */
export class InventoryProcess extends SimulatedProcess {
  constructor(around: Surroundings, life: Life, database: SimulatedDatabase) {
    super(around, life, database, '/inventory-service');
    const participant = new Participant(this.units, this.inbox, this.outbox);
    this.consume(
      [queues.inventoryCommands],
      [ReserveStockConsumer, ReleaseStockConsumer, CommitStockConsumer, ReturnStockConsumer].map(
        (Consumer) => new Consumer(participant),
      ),
    );
  }
}
