import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { counter, gauge } from '#libs/observability/metrics.js';
import { StockRow } from '../persistence/stock.row.js';

const adjustments = counter({
  name: 'inventory_stock_adjustments_total',
  help: 'Adjustments of stock by hand, by whether pieces came in or went out.',
  labels: { direction: ['in', 'out'] },
});

export const countAdjustment = ({ delta }: { readonly delta: number }): void =>
  adjustments.inc({ direction: delta > 0 ? 'in' : 'out' });

/** Looks at the stock of all products when Prometheus asks: one pass over a narrow table, four times a minute. */
@Injectable()
export class StockMetrics implements OnModuleInit {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  onModuleInit(): void {
    const pieces = gauge({
      name: 'inventory_stock_pieces',
      help: 'Pieces of all products, by where they are.',
      labels: { place: ['available', 'reserved', 'sold'] },
    });
    gauge({
      name: 'inventory_sold_out_products',
      help: 'Products of which none is available.',
      collect: async (soldOut) => {
        const sums = await this.sums();
        soldOut.set(sums.soldOut);
        for (const place of ['available', 'reserved', 'sold'] as const) pieces.set({ place }, sums[place]);
      },
    });
  }

  private async sums(): Promise<Record<'available' | 'reserved' | 'sold' | 'soldOut', number>> {
    const sums = await this.source
      .createQueryBuilder(StockRow, 'stock')
      .select('SUM(stock.available)', 'available')
      .addSelect('SUM(stock.reserved)', 'reserved')
      .addSelect('SUM(stock.sold)', 'sold')
      .addSelect('SUM(stock.available = 0)', 'soldOut')
      .getRawOne<Record<string, string | null>>();
    const figure = (name: string): number => Number(sums?.[name] ?? 0);
    return {
      available: figure('available'),
      reserved: figure('reserved'),
      sold: figure('sold'),
      soldOut: figure('soldOut'),
    };
  }
}
