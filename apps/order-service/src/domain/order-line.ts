import { add, multiply, percentOf, sum, type Money } from '#libs/kernel/money.js';

export type Attributes = Readonly<Record<string, string>>;

/** What was bought, with name and price as they were at that moment. */
export interface OrderLine {
  readonly productId: string;
  readonly name: string;
  readonly sellerId: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  /** 0 to 100, up to two decimals. */
  readonly discountPercent: number;
  readonly attributes: Attributes;
}

const gross = (line: OrderLine): Money => multiply(line.unitPrice, line.quantity);
const discountOf = (line: OrderLine): Money => percentOf(gross(line), line.discountPercent);
const negative = (amount: Money): Money => multiply(amount, -1);

/** What the customer pays for the line. The discount is rounded once a line, not once a piece. */
export const lineTotal = (line: OrderLine): Money => add(gross(line), negative(discountOf(line)));

export interface Totals {
  readonly subtotal: Money;
  readonly discount: Money;
  readonly total: Money;
}

export function totalsOf(lines: readonly OrderLine[], currency: string): Totals {
  return {
    subtotal: sum(lines.map(gross), currency),
    discount: sum(lines.map(discountOf), currency),
    total: sum(lines.map(lineTotal), currency),
  };
}

/** Quantities per product, products ascending: the order in which stock is locked. */
export function quantitiesByProduct(lines: readonly OrderLine[]): { sku: string; quantity: number }[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  return [...quantities].sort(([a], [b]) => (a < b ? -1 : 1)).map(([sku, quantity]) => ({ sku, quantity }));
}
