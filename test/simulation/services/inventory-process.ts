import { queues } from '#libs/contracts/topology.js';
import { Sweeper } from '#libs/persistence/housekeeping/sweeper.js';
import { productSweep } from '../../../apps/inventory-service/src/announce-again/product-sweep.js';
import { products } from '../../../apps/inventory-service/src/persistence/product.row.js';
import { CommitStockConsumer } from '../../../apps/inventory-service/src/commit-stock/commit-stock.consumer.js';
import { ListReservationsConsumer } from '../../../apps/inventory-service/src/list-reservations/list-reservations.consumer.js';
import { ReservationPageReader } from '../../../apps/inventory-service/src/list-reservations/reservation-page.reader.js';
import { ReleaseStockConsumer } from '../../../apps/inventory-service/src/release-stock/release-stock.consumer.js';
import { Participant } from '../../../apps/inventory-service/src/reservations/participant.js';
import { ReserveStockConsumer } from '../../../apps/inventory-service/src/reserve-stock/reserve-stock.consumer.js';
import { ReturnStockConsumer } from '../../../apps/inventory-service/src/return-stock/return-stock.consumer.js';
import type { Life } from '../world/life.js';
import type { SimulatedDatabase } from '../world/simulated-database.js';
import { step } from '../world/simulation-world.js';
import { inShortPages } from './short-pages.js';
import { sourceOf } from './simulated-source.js';
import { SimulatedPruneLeases } from './simulated-prune-leases.js';
import { SimulatedProcess, type ProcessContext } from './simulated-process.js';

/** How often products are announced again. */
const everySeconds = 60;

/** inventory-service, one process. */
export class InventoryProcess extends SimulatedProcess {
  constructor(context: ProcessContext, life: Life, database: SimulatedDatabase) {
    super(context, life, database, 'inventory-service');
    const pages = new ReservationPageReader(sourceOf(this.place));
    const participant = new Participant(this.units, this.inbox, this.outbox);
    this.consume(
      [queues.inventoryCommands],
      [
        ...[ReserveStockConsumer, ReleaseStockConsumer, CommitStockConsumer, ReturnStockConsumer].map(
          (Consumer) => new Consumer(participant),
        ),
        new ListReservationsConsumer(this.units, this.outbox, inShortPages(pages)),
      ],
    );
    const { place } = this;
    const skus = async (after: string | null, limit: number): Promise<string[]> => {
      await step(place.world, life, 0, 5);
      database.expectReachable();
      return database
        .rows(products)
        .map(({ sku }) => sku)
        .filter((sku) => after === null || sku > after)
        .slice(0, limit);
    };
    const sweep = productSweep({ everySeconds, skus, units: this.units, outbox: this.outbox });
    // So few that a pass has two pages.
    new Sweeper(new SimulatedPruneLeases(place), [{ ...sweep, batchSize: 3 }], life).onApplicationBootstrap();
  }
}
