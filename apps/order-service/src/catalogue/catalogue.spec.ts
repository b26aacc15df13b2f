import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProductChanged } from '#libs/contracts/inventory/inventory.messages.js';
import type { Envelope } from '#libs/messaging/envelope';
import { registry } from '#libs/observability/metrics.js';
import { InMemoryRunner } from '#libs/persistence/testing/in-memory-runner.js';
import { catalogueProducts } from '../persistence/catalogue-product.row.js';
import { CatalogueConsumer } from './catalogue.consumer.js';

const changedAt = '2026-01-01T00:00:00.000Z';

/** Told at that time, of a change that was made at {@link changedAt}. */
const announced = (version: number, time: string): Envelope<ProductChanged> =>
  ({
    time,
    data: {
      sku: 'TABLE',
      name: 'Oak table',
      sellerId: 'seller-1',
      discountPercent: 0,
      active: true,
      version,
      price: { amount: `${version}.00`, currency: 'USD' },
      updatedAt: changedAt,
    },
  }) as Envelope<ProductChanged>;
const atOnce = changedAt;
const again = '2026-01-01T00:30:00.000Z';

const repaired = async (): Promise<number> =>
  (await registry.getSingleMetric('orders_catalogue_repaired_total')!.get()).values[0]!.value;

describe('the copy of the catalogue', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(true));

  it.each<[string, Envelope<ProductChanged>[], number, number]>([
    ['follows events', [announced(1, atOnce), announced(2, atOnce)], 2, 0],
    ['learns nothing from what is said again', [announced(2, atOnce), announced(2, again)], 2, 0],
    [
      'has a missed change when it is said again, and counts it',
      [announced(1, atOnce), announced(2, again)],
      2,
      1,
    ],
    ['has a product of which it never heard, and counts it', [announced(1, again)], 1, 1],
    ['believes nothing older that is said again', [announced(2, atOnce), announced(1, again)], 2, 0],
  ])('%s', async (_, events, version, count) => {
    const before = await repaired();
    const units = new InMemoryRunner();
    const consumer = new CatalogueConsumer(units);
    for (const event of events) await consumer.productChanged(event);
    expect(units.rows(catalogueProducts)).toMatchObject([{ version, priceMinor: version * 100 }]);
    expect((await repaired()) - before).toBe(count);
  });
});
