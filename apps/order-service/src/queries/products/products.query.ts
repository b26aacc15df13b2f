import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { sku, wireMoney } from '#libs/contracts/shapes.js';

/** What can be ordered, from our copy of the catalogue. */
export class Products extends Query<ProductsPage> {
  constructor(
    /** Products after this SKU; null for the first page. */
    readonly after: string | null,
    readonly limit: number,
  ) {
    super();
  }
}

export interface ProductsPage {
  readonly items: readonly ProductDocument[];
  readonly total: number;
  /** The last SKU of this page when there are more; otherwise null. */
  readonly next: string | null;
}

export const productDocument = z
  .object({
    productId: sku,
    name: z.string(),
    sellerId: z.string(),
    price: wireMoney,
    discountPercent: z.number(),
  })
  .meta({ id: 'Product' });
export type ProductDocument = z.infer<typeof productDocument>;
