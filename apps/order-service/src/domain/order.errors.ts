import { Defect, Refusal } from '#libs/kernel/errors.js';
import type { OrderStatus } from './order-status.js';

// Codes are public and stable; http/problem-catalogue.ts gives each its HTTP status.

export class UnknownProduct extends Refusal {
  constructor(productIds: readonly string[]) {
    super('unknown-product', `not for sale: ${productIds.join(', ')}`, { productIds });
  }
}

export class PriceChanged extends Refusal {
  constructor(
    changes: readonly { productId: string; requested: string; current: string; currency: string }[],
  ) {
    const list = changes.map(
      ({ productId, current, currency }) => `${productId} costs ${current} ${currency}`,
    );
    super('price-changed', `prices have changed: ${list.join(', ')}`, { changes });
  }
}

export class CurrencyMismatch extends Refusal {
  constructor(currency: string, productIds: readonly string[]) {
    super('currency-mismatch', `not sold in ${currency}: ${productIds.join(', ')}`, { currency, productIds });
  }
}

export class QuantityTooLarge extends Refusal {
  constructor(productId: string, quantity: number, maxQuantity: number) {
    super('quantity-too-large', `${productId}: ${quantity} ordered in all, ${maxQuantity} at most`, {
      productId,
      quantity,
      most: maxQuantity,
    });
  }
}

/** More money than one order may be about. */
export class TotalTooLarge extends Refusal {
  constructor(currency: string, maxTotal: string) {
    super('total-too-large', `an order may cost ${maxTotal} ${currency} at most`, {
      currency,
      most: maxTotal,
    });
  }
}

/** The caller has used this reference before. */
export class OrderExists extends Refusal {
  constructor(clientOrderId: string, orderId: string) {
    super('order-exists', `there is an order ${clientOrderId} already`, { clientOrderId, orderId });
  }
}

/** The caller decided on another version of the order than there is. */
export class StaleOrder extends Refusal {
  constructor(orderId: string, version: number) {
    super('stale-order', `order ${orderId} has changed; it is at version ${version} now`, {
      orderId,
      version,
    });
  }
}

/** The goods have left. */
export class TooLateToCancel extends Refusal {
  constructor(orderId: string, status: OrderStatus) {
    super('too-late-to-cancel', `order ${orderId} is ${status}: it can be returned, not cancelled`, {
      orderId,
      status,
    });
  }
}

/** A person asked for a status that the order cannot take on now. */
export class TransitionRefused extends Refusal {
  constructor(orderId: string, from: OrderStatus, to: OrderStatus, legal: readonly OrderStatus[]) {
    const may =
      legal.length === 0 ? 'its status is not set by hand now' : `it may become ${legal.join(', ')}`;
    super('illegal-transition', `order ${orderId} is ${from} and cannot become ${to}; ${may}`, {
      orderId,
      from,
      to,
      legal,
    });
  }
}

/** Somebody asked for what the table of transitions does not have; callers check before they ask. */
export class IllegalTransition extends Defect {
  constructor(orderId: string, from: OrderStatus, to: OrderStatus) {
    super(`order ${orderId} cannot go from ${from} to ${to}`);
  }
}
