import { Defect, Refusal } from '#libs/kernel/errors.js';

/**
 * What there is of one product. Moves between the three places keep their sum; only an adjustment changes it. So the sum
 * is at all times what was put in, which reconciliation checks against the adjustments.
 */
export interface Stock {
  readonly sku: string;
  /** Can be reserved. */
  readonly available: number;
  /** Held for orders on their way. */
  readonly reserved: number;
  readonly sold: number;
  /** 1 when first put in; each change adds one. */
  readonly version: number;
}

/** Most pieces of one product, over all three places: what an INT column holds, with room to spare. */
export const maxPieces = 2_000_000_000;

export const emptyStock = (sku: string): Stock => ({ sku, available: 0, reserved: 0, sold: 0, version: 0 });

export const hold = (stock: Stock, quantity: number): Stock =>
  move(stock, { available: -quantity, reserved: +quantity });

export const letGo = (stock: Stock, quantity: number): Stock =>
  move(stock, { available: +quantity, reserved: -quantity });

export const sell = (stock: Stock, quantity: number): Stock =>
  move(stock, { reserved: -quantity, sold: +quantity });

export const takeBack = (stock: Stock, quantity: number): Stock =>
  move(stock, { available: +quantity, sold: -quantity });

/**
 * Pieces counted, found, broken or delivered. Held and sold ones are out of reach: their orders were promised them.
 * @throws Refusal `stock-too-low` or `stock-too-large`.
 */
export function adjust(stock: Stock, delta: number): Stock {
  if (stock.available + delta < 0) {
    throw new Refusal('stock-too-low', `${stock.sku}: only ${stock.available} are available`, {
      sku: stock.sku,
      available: stock.available,
    });
  }
  if (stock.available + stock.reserved + stock.sold + delta > maxPieces) {
    throw new Refusal('stock-too-large', `${stock.sku}: at most ${maxPieces} in all`, { sku: stock.sku });
  }
  return move(stock, { available: delta });
}

/** What a shop shows of it: is there any? */
export const isSoldOut = (stock: Stock): boolean => stock.available === 0;

/** @throws Defect for a negative place: whoever moves pieces has made sure that they are there. */
function move(stock: Stock, by: Partial<Record<'available' | 'reserved' | 'sold', number>>): Stock {
  const moved: Stock = {
    sku: stock.sku,
    available: stock.available + (by.available ?? 0),
    reserved: stock.reserved + (by.reserved ?? 0),
    sold: stock.sold + (by.sold ?? 0),
    version: stock.version + 1,
  };
  if (moved.available < 0 || moved.reserved < 0 || moved.sold < 0) {
    throw new Defect(`stock of ${stock.sku} would become negative: ${JSON.stringify(moved)}`);
  }
  return moved;
}
