import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { exchanges } from '#libs/contracts/topology.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { Outbox } from '#libs/messaging/outbox/outbox.js';
import { BrokerProbe } from '#libs/messaging/testing/broker-probe.js';
import { Sweeper } from '#libs/persistence/housekeeping/sweeper.js';
import { PruneLeases } from '#libs/persistence/housekeeping/prune-lease.js';
import { productSweep, skusOf } from '../../../apps/inventory-service/src/announce-again/product-sweep.js';
import { eventually } from '../../support/eventually.js';
import { InventoryFixture } from './inventory-fixture.js';

const copies = 'copies-of-events';
const skus = ['A', 'B', 'C', 'a', 'Ä', 'C-2', 'Z'];

let inventory: InventoryFixture;
let probe: BrokerProbe;
beforeAll(async () => {
  inventory = await InventoryFixture.start({ environment: { ANNOUNCE_AGAIN_EVERY_MINUTES: '0' } });
  for (const sku of skus) await inventory.create(sku, 1);
  probe = new BrokerProbe(inventory.broker.url);
  // Everything that was told when they were made was told by then.
  await eventually(async () => {
    const unsent = await inventory.source.query<object[]>('SELECT 1 FROM outbox');
    if (unsent.length > 0) throw new Error('not everything is sent yet');
  });
  await probe.bind(copies, exchanges.inventoryEvents.name, 'product.changed');
}, 60_000);
afterAll(() => inventory.stop());

it('announces every product once more, in pages and in one pass of one of two processes', async () => {
  const { source, units } = inventory;
  const sweep = productSweep({
    everySeconds: 3_600,
    skus: skusOf(source),
    units,
    outbox: inventory.app.get(Outbox),
  });
  const sweepers = [1, 2].map(
    () => new Sweeper(new PruneLeases(source, newId()), [{ ...sweep, batchSize: 2, restSeconds: 0 }]),
  );
  await Promise.all(sweepers.map((sweeper) => sweeper.look()));
  const told = await Promise.all(
    skus.map(() =>
      eventually(async () => {
        const message = await probe.take(copies);
        if (!message) throw new Error('it is not announced yet');
        return JSON.parse(message.content.toString()) as Envelope;
      }),
    ),
  );
  expect(told.map(({ subject }) => subject).sort()).toEqual([...skus].sort());
  expect(await probe.take(copies)).toBeUndefined();
});
