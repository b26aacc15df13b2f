import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { counter, gauge, StatsRefresher } from '#libs/observability';
import { InjectBackgroundSource } from '#libs/persistence/database';

const adjustments = counter({
  name: 'inventory_stock_adjustments_total',
  help: 'Adjustments of stock by hand, by whether pieces came in or went out.',
  labels: { direction: ['in', 'out'] },
});

export const countAdjustment = ({ delta }: { readonly delta: number }): void =>
  adjustments.inc({ direction: delta > 0 ? 'in' : 'out' });

const places = ['available', 'reserved', 'sold'] as const;

/** Publishes what is in stock: one pass over a narrow table. */
@Injectable()
export class StockMetrics {
  constructor(@InjectBackgroundSource() source: DataSource, stats: StatsRefresher) {
    const pieces = gauge({
      name: 'inventory_stock_pieces',
      help: 'Pieces of all products, by where they are.',
      labels: { place: places },
    });
    const soldOut = gauge({
      name: 'inventory_sold_out_products',
      help: 'Products of which none is available.',
    });
    stats.keep({
      name: 'stock',
      look: () =>
        source.query<Record<(typeof places)[number] | 'soldOut', string | null>[]>(
          `SELECT SUM(available) AS available, SUM(reserved) AS reserved, SUM(sold) AS sold,
                  SUM(available = 0) AS soldOut
             FROM stock`,
        ),
      show: ([row]) => {
        for (const place of places) pieces.set({ place }, Number(row?.[place] ?? 0));
        soldOut.set(Number(row?.soldOut ?? 0));
      },
    });
  }
}
