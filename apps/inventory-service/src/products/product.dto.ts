import { z } from 'zod';
import { hasCardNumber, noCardNumber } from '#libs/kernel/card-number.js';
import { isCurrency } from '#libs/kernel/currencies.js';
import { maxPieces } from '../domain/stock.js';

/** Control characters and broken Unicode have no business in a shop's data. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine(
      (text) => text.isWellFormed() && !/\p{Cc}/u.test(text),
      'must not contain control characters or broken Unicode',
    );

/** As it stands in addresses, on shelves and in other people's files. */
export const sku = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'up to 64 letters, digits, dots, hyphens and underscores');

/** What people write. A seller's id is given out by a machine, and may look like anything. */
const prose = (most: number) => line(most).refine((text) => !hasCardNumber(text), noCardNumber);

const name = prose(200);
const sellerId = line(64);

const price = z.strictObject({
  amount: z.union([
    z.number().nonnegative(),
    z.string().regex(/^\d{1,13}(\.\d{1,4})?$/, 'must be a decimal number such as 29.99'),
  ]),
  currency: z.string().refine(isCurrency, 'must be an ISO 4217 code'),
});

export type PriceBody = z.infer<typeof price>;

const discountPercent = z.number().min(0).max(100).multipleOf(0.01);

export const createProductBody = z
  .strictObject({
    sku,
    name,
    sellerId: sellerId.optional().describe('Default: the caller. Staff have to name one.'),
    price,
    discountPercent: discountPercent.default(0),
    active: z.boolean().default(true).describe('Inactive products cannot be ordered.'),
    available: z.int().min(0).max(maxPieces).default(0).describe('How many there are at the start.'),
  })
  .meta({ id: 'CreateProduct' });
export type CreateProductBody = z.infer<typeof createProductBody>;

export const changeProductBody = z
  .strictObject({
    name: name.optional(),
    price: price.optional(),
    discountPercent: discountPercent.optional(),
    active: z.boolean().optional(),
    version: z
      .int()
      .min(1)
      .optional()
      .describe('Of the product as the caller saw it: refused when it has changed since.'),
  })
  .meta({ id: 'ChangeProduct' });
export type ChangeProductBody = z.infer<typeof changeProductBody>;

export const adjustStockBody = z
  .strictObject({
    id: z
      .uuid()
      .optional()
      .describe('Makes a retry safe: the same id again is answered again and changes nothing.'),
    delta: z
      .int()
      .min(-maxPieces)
      .max(maxPieces)
      .refine((delta) => delta !== 0, 'must not be 0')
      .describe('Pieces that came in, or, negative, that are gone.'),
    reason: prose(500),
  })
  .meta({ id: 'AdjustStock' });
export type AdjustStockBody = z.infer<typeof adjustStockBody>;
