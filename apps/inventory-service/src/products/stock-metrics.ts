import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { counter, gauge } from '#libs/observability';
import { InjectBackgroundSource } from '#libs/persistence/database';
import { StockRow } from '../persistence/stock.row.js';

const adjustments = counter({
  name: 'inventory_stock_adjustments_total',
  help: 'Adjustments of stock by hand, by whether pieces came in or went out.',
  labels: { direction: ['in', 'out'] },
});

export const countAdjustment = ({ delta }: { readonly delta: number }): void =>
  adjustments.inc({ direction: delta > 0 ? 'in' : 'out' });

const places = ['available', 'reserved', 'sold'] as const;

/** Looks at the stock of all products when Prometheus asks: passes over a narrow table, a few times a minute. */
@Injectable()
export class StockMetrics implements OnModuleInit {
  constructor(@InjectBackgroundSource() private readonly source: DataSource) {}

  onModuleInit(): void {
    gauge({
      name: 'inventory_stock_pieces',
      help: 'Pieces of all products, by where they are.',
      labels: { place: places },
      collect: async (pieces) => {
        const stock = this.source.getRepository(StockRow);
        for (const place of places) pieces.set({ place }, (await stock.sum(place)) ?? 0);
      },
    });
    gauge({
      name: 'inventory_sold_out_products',
      help: 'Products of which none is available.',
      collect: async (products) =>
        products.set(await this.source.getRepository(StockRow).countBy({ available: 0 })),
    });
  }
}
