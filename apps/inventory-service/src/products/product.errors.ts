import { Refusal } from '#libs/kernel/errors.js';

/** Codes are public and stable; http/problem-catalogue.ts gives each its HTTP status. */

export class ProductNotFound extends Refusal {
  constructor(sku: string) {
    super('product-not-found', `there is no product ${sku}`, { sku });
  }
}

export class ProductExists extends Refusal {
  constructor(sku: string) {
    super('product-exists', `there is a product ${sku} already`, { sku });
  }
}

/** Products are open to all to see, so that saying so gives nothing away. */
export class ProductNotYours extends Refusal {
  constructor(sku: string) {
    super('product-not-yours', `${sku} is sold by somebody else`, { sku });
  }
}

/** A seller acts for themselves only. */
export class SellerNotYours extends Refusal {
  constructor(sellerId: string) {
    super('seller-not-yours', `you may not sell for ${sellerId}`, { sellerId });
  }
}

/** The product has changed since the caller looked. */
export class ProductHasChanged extends Refusal {
  constructor(sku: string, version: number) {
    super('product-has-changed', `${sku} is at version ${version} by now`, { sku, version });
  }
}

/** The id stands for another adjustment: doing this one under it would lose one of the two. */
export class AdjustmentIdTaken extends Refusal {
  constructor(adjustmentId: string) {
    super('adjustment-id-taken', `adjustment ${adjustmentId} is another one`, { adjustmentId });
  }
}
