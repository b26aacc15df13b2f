import { z } from 'zod';
import { parseAmount } from '#libs/kernel/money.js';

/** Shapes that several messages share. */

/** Read in lower case: RFC 9562 has every reader take either, and here ids are compared as text. */
export const uuid = z.uuid().toLowerCase().describe('A UUID; those that the service makes are version 7.');

export const sku = z.string().min(1).max(64).describe('Stock keeping unit: what the API calls productId.');

export const quantity = z.int().min(1).max(1_000_000);

export const wireMoney = z
  .object({
    amount: z
      .string()
      .regex(/^[0-9]{1,16}(\.[0-9]{1,4})?$/)
      .describe('Decimal number, no more decimals than the currency has.'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .describe('ISO 4217 code.'),
  })
  .describe('An amount of money.');
export type WireMoney = z.infer<typeof wireMoney>;

/** Whether it is the same amount of the same currency, however it is written. @throws Refusal when it is no amount. */
export const sameMoney = (a: WireMoney, b: WireMoney): boolean =>
  a.currency === b.currency &&
  parseAmount(a.amount, a.currency).amountMinor === parseAmount(b.amount, b.currency).amountMinor;

/** For people. */
export const inWords = (money: WireMoney | null | undefined): string =>
  money ? `${money.amount} ${money.currency}` : 'nothing';

/** Whether it is zero, in any currency, however many decimals that has. */
export const isNothing = ({ amount }: WireMoney): boolean => Number(amount) === 0;

export const timestamp = z.iso.datetime().describe('RFC 3339, UTC.');

export const stockLine = z.object({ sku, quantity });
export type StockLine = z.infer<typeof stockLine>;
