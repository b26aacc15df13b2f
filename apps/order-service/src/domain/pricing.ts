import { canonicalJson } from '#libs/kernel/canonical-json.js';
import { formatAmount, money, parseAmount, type Money } from '#libs/kernel/money.js';
import type { Attributes, OrderLine } from './order-line.js';
import {
  CurrencyMismatch,
  PriceChanged,
  QuantityTooLarge,
  TotalTooLarge,
  UnknownProduct,
} from './order.errors.js';

/** Pieces of one product in one order, over all its lines. */
export const maxPiecesOfProduct = 10_000;

/** Before discounts, in minor units: far from where whole numbers stop being exact, so that all sums are. */
export const maxMinorUnitsOfOrder = 1_000_000_000_000;

export interface RequestedLine {
  readonly productId: string;
  readonly quantity: number;
  /** What the customer saw; absent: whatever the catalogue says. */
  readonly price?: string | number;
  readonly attributes: Attributes;
}

/** A product as the shop sells it now. */
export interface CatalogueProduct {
  readonly sku: string;
  readonly name: string;
  readonly sellerId: string;
  readonly price: Money;
  readonly discountPercent: number;
  readonly active: boolean;
}

/**
 * Turns what a customer asked for into lines with names and prices of the catalogue. Lines that ask for the same thing
 * are merged; the same product with other attributes (another wood, another engraving) stays a line of its own.
 *
 * @param currency what the customer wants to pay in; null: the currency of the products.
 * @throws UnknownProduct, CurrencyMismatch, PriceChanged, QuantityTooLarge, TotalTooLarge: each names every line that is affected.
 */
export function priceLines(
  requested: readonly RequestedLine[],
  catalogue: ReadonlyMap<string, CatalogueProduct>,
  currency: string | null = null,
): { lines: OrderLine[]; currency: string } {
  const priced = requested.map((line) => ({ line, product: catalogue.get(line.productId) }));
  const known = priced.filter(isForSale);
  if (known.length < priced.length) {
    throw new UnknownProduct(
      distinct(priced.filter((pair) => !isForSale(pair)).map(({ line }) => line.productId)),
    );
  }
  const orderCurrency = currency ?? known[0]!.product.price.currency;
  const foreign = known.filter(({ product }) => product.price.currency !== orderCurrency);
  if (foreign.length > 0) {
    throw new CurrencyMismatch(orderCurrency, distinct(foreign.map(({ line }) => line.productId)));
  }
  refuseChangedPrices(known);
  const lines = mergeLines(known);
  // Not with money(), which treats a sum that is no longer exact as a defect: here it is a customer who wants too much.
  const gross = lines.reduce((sum, { unitPrice, quantity }) => sum + unitPrice.amountMinor * quantity, 0);
  if (gross > maxMinorUnitsOfOrder) {
    throw new TotalTooLarge(orderCurrency, formatAmount(money(maxMinorUnitsOfOrder, orderCurrency)));
  }
  return { lines, currency: orderCurrency };
}

interface Priced {
  readonly line: RequestedLine;
  readonly product: CatalogueProduct;
}

const isForSale = (pair: { line: RequestedLine; product: CatalogueProduct | undefined }): pair is Priced =>
  pair.product?.active === true;

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

function refuseChangedPrices(priced: readonly Priced[]): void {
  const changes = priced
    .filter(({ line, product }) => line.price !== undefined && !isPrice(line.price, product.price))
    .map(({ line, product }) => ({
      productId: line.productId,
      requested: String(line.price),
      current: formatAmount(product.price),
      currency: product.price.currency,
    }));
  if (changes.length > 0) throw new PriceChanged(changes);
}

const isPrice = (input: string | number, price: Money): boolean =>
  parseAmount(input, price.currency).amountMinor === price.amountMinor;

function mergeLines(priced: readonly Priced[]): OrderLine[] {
  const merged = new Map<string, OrderLine>();
  const pieces = new Map<string, number>();
  for (const { line, product } of priced) {
    const inAll = (pieces.get(product.sku) ?? 0) + line.quantity;
    if (inAll > maxPiecesOfProduct) throw new QuantityTooLarge(product.sku, inAll, maxPiecesOfProduct);
    pieces.set(product.sku, inAll);
    const sameThing = canonicalJson([product.sku, line.attributes]);
    merged.set(sameThing, {
      productId: product.sku,
      name: product.name,
      sellerId: product.sellerId,
      quantity: line.quantity + (merged.get(sameThing)?.quantity ?? 0),
      unitPrice: product.price,
      discountPercent: product.discountPercent,
      attributes: line.attributes,
    });
  }
  return [...merged.values()];
}
