import { Query } from '@nestjs/cqrs';
import type { MoneyJson } from '#libs/kernel/money.js';

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

export interface ProductDocument {
  readonly productId: string;
  readonly name: string;
  readonly sellerId: string;
  readonly price: MoneyJson;
  readonly discountPercent: number;
}
