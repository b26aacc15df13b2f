import { money } from '#libs/kernel/money.js';
import type { NewProduct } from '../domain/product.js';

export interface DemoProduct {
  readonly product: NewProduct;
  readonly available: number;
}

type Entry = readonly [sku: string, name: string, cents: number, available: number, discountPercent?: number];

const bySeller: Readonly<Record<string, readonly Entry[]>> = {
  /** Joinery. */
  'seller-1': [
    ['OAK-TABLE', 'Oak table', 2999, 1_000_000],
    ['LAST-ONE', 'The last one', 4900, 1],
    ['SOLD-OUT', 'Sold out stool', 1900, 0],
    ['OAK-CHAIR', 'Oak chair', 1450, 50_000],
    ['OAK-BENCH', 'Oak bench', 3900, 20_000, 10],
    ['OAK-SHELF', 'Oak shelf', 2250, 20_000],
    ['WALNUT-DESK', 'Walnut desk', 24_900, 5_000],
    ['WALNUT-CABINET', 'Walnut cabinet', 38_900, 2_000, 15],
    ['WALNUT-STOOL', 'Walnut stool', 7900, 8_000],
    ['PINE-BED', 'Pine bed', 15_900, 3_000],
    ['PINE-DRESSER', 'Pine dresser', 18_900, 3_000],
    ['PINE-BOX', 'Pine box', 1290, 40_000, 5],
    ['BEECH-COUNTER', 'Beech counter', 27_500, 1_500],
    ['BEECH-LADDER', 'Beech ladder', 5900, 6_000],
    ['ASH-MIRROR', 'Mirror in ash', 8900, 4_000],
    ['ASH-COAT-RACK', 'Coat rack in ash', 4400, 9_000],
  ],
  /** Light and textiles. */
  'seller-2': [
    ['DESK-LAMP', 'Desk lamp', 3490, 30_000],
    ['FLOOR-LAMP', 'Floor lamp', 8990, 10_000, 20],
    ['PENDANT-LAMP', 'Pendant lamp', 6490, 10_000],
    ['WALL-LAMP', 'Wall lamp', 4290, 12_000],
    ['LED-BULB', 'LED bulb', 499, 200_000],
    ['CANDLE-SET', 'Set of six candles', 990, 80_000, 12.5],
    ['WOOL-RUG', 'Wool rug', 19_900, 2_500],
    ['COTTON-RUG', 'Cotton rug', 6900, 6_000],
    ['LINEN-CURTAIN', 'Linen curtain', 4900, 9_000],
    ['FELT-CUSHION', 'Felt cushion', 2490, 15_000],
    ['WOOL-BLANKET', 'Wool blanket', 5990, 7_000, 10],
    ['COTTON-THROW', 'Cotton throw', 3290, 11_000],
    ['TABLE-CLOTH', 'Tablecloth', 2790, 14_000],
    ['NAPKINS', 'Four napkins', 1190, 60_000],
  ],
  /** Kitchen. */
  'seller-3': [
    ['CAST-IRON-PAN', 'Cast-iron pan', 3990, 12_000],
    ['COPPER-POT', 'Copper pot', 12_900, 3_000],
    ['STOCK-POT', 'Stock pot', 5490, 7_000, 25],
    ['CHEF-KNIFE', "Chef's knife", 8990, 6_000],
    ['BREAD-KNIFE', 'Bread knife', 4990, 8_000],
    ['CUTTING-BOARD', 'Cutting board', 2490, 25_000],
    ['ROLLING-PIN', 'Rolling pin', 1590, 20_000],
    ['MIXING-BOWL', 'Mixing bowl', 1890, 30_000],
    ['TEA-POT', 'Teapot', 3290, 10_000, 10],
    ['ESPRESSO-CUPS', 'Two espresso cups', 1690, 40_000],
    ['DINNER-PLATE', 'Dinner plate', 1290, 90_000],
    ['CUTLERY-SET', 'Cutlery for four', 6990, 5_000],
    ['WATER-JUG', 'Water jug', 2190, 16_000],
    ['APRON', 'Apron', 2490, 18_000, 30],
  ],
};

/** What a newcomer can order: `OAK-TABLE` in plenty, `LAST-ONE` once, `SOLD-OUT` not at all. */
export const demoCatalogue: readonly DemoProduct[] = Object.entries(bySeller).flatMap(([sellerId, entries]) =>
  entries.map(([sku, name, cents, available, discountPercent = 0]) => ({
    product: { sku, name, sellerId, price: money(cents, 'USD'), discountPercent, active: true },
    available,
  })),
);
