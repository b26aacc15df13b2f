import type { DataSource } from 'typeorm';
import type { Outbox } from '#libs/messaging/outbox';
import type { Sweep } from '#libs/persistence/housekeeping';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import { announceAgain } from './announce-again.unit.js';

/** At most a page each second: 180,000 products an hour, beside which the messages of orders do not wait. */
const batchSize = 50;
const restSeconds = 1;

export interface ProductSweepOptions {
  readonly everySeconds: number;
  /** SKUs in their order. @param after exclusive; null: from the first. */
  readonly skus: (after: string | null, limit: number) => Promise<readonly string[]>;
  readonly units: Pick<UnitOfWorkRunner, 'run'>;
  readonly outbox: Pick<Outbox, 'publish'>;
}

/**
 * Announces every product again, so that an event that was lost or parked leaves nobody's copy of the catalogue behind for
 * ever. Nobody is asked what they have: there may be any number of copies.
 */
export const productSweep = ({ everySeconds, skus, units, outbox }: ProductSweepOptions): Sweep => ({
  name: 'products announced again',
  everySeconds,
  quietSeconds: 0,
  batchSize,
  restSeconds,
  sweep: async ({ after, limit }) => {
    const page = await skus(after?.['sku'] ?? null, limit);
    if (page.length > 0) await units.run(announceAgain(page, outbox));
    return page.length < limit ? null : { sku: page.at(-1)! };
  },
});

/** {@link ProductSweepOptions.skus} of the table. */
export const skusOf =
  (source: Pick<DataSource, 'query'>): ProductSweepOptions['skus'] =>
  async (after, limit) => {
    const rows: { sku: string }[] = await source.query(
      'SELECT sku FROM products WHERE sku > ? ORDER BY sku LIMIT ?',
      [after ?? '', limit],
    );
    return rows.map(({ sku }) => sku);
  };
