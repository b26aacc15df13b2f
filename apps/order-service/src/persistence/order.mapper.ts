import { currencyDecimals, money, type Money } from '#libs/kernel/money.js';
import type { Order } from '../domain/order.js';
import type { OrderRow } from './order.row.js';

export function toRow(order: Order): OrderRow {
  return {
    id: order.id,
    number: order.number,
    customerId: order.customerId,
    clientOrderId: order.clientOrderId,
    status: order.status,
    version: order.version,
    currency: order.total.currency,
    totalMinor: order.total.amountMinor,
    details: {
      minorUnits: currencyDecimals(order.total.currency),
      lines: order.lines.map(({ unitPrice, ...line }) => ({
        ...line,
        unitPriceMinor: unitPrice.amountMinor,
      })),
      subtotalMinor: order.subtotal.amountMinor,
      discountMinor: order.discount.amountMinor,
      shippingAddress: order.shippingAddress,
      payment: order.payment,
      reason: order.reason,
      shipments: order.shipments.map(stored),
      requests: order.requests.map(stored),
      note: order.note,
      attributes: order.attributes,
    },
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  };
}

export function toOrder(row: OrderRow): Order {
  const {
    minorUnits,
    lines,
    subtotalMinor,
    discountMinor,
    shipments,
    requests = [],
    ...details
  } = row.details;
  const amount = amountsOf(row.currency, minorUnits);
  return {
    ...details,
    id: row.id,
    number: row.number,
    customerId: row.customerId,
    clientOrderId: row.clientOrderId,
    status: row.status,
    version: row.version,
    lines: lines.map(({ unitPriceMinor, ...line }) => ({
      ...line,
      unitPrice: amount(unitPriceMinor),
    })),
    subtotal: amount(subtotalMinor),
    discount: amount(discountMinor),
    total: amount(row.totalMinor),
    shipments: shipments.map(revived),
    requests: requests.map(revived),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** Reads amounts as they were meant, even if the currency had other minor units when they were written. */
function amountsOf(currency: string, minorUnits?: number): (amountMinor: number) => Money {
  const more = currencyDecimals(currency) - (minorUnits ?? currencyDecimals(currency));
  // Fewer minor units than before: what has no equal any more is rounded, as the currency's reform would have it.
  return (amountMinor) => money(Math.round(amountMinor * 10 ** more), currency);
}

const stored = <Moment extends { readonly at: Date }>({ at, ...rest }: Moment) => ({
  ...rest,
  at: at.toISOString(),
});

const revived = <Moment extends { readonly at: string }>({ at, ...rest }: Moment) => ({
  ...rest,
  at: new Date(at),
});
