import { z } from 'zod';
import { hasCardNumber, noCardNumber } from '#libs/kernel/card-number.js';

/** Lone surrogates and control characters have no business in a shop; line breaks only where people write prose. */
const isLine = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);
const isProse = (text: string): boolean => isLine(text.replace(/[\n\r\t]/g, ' '));

const isSafe = (text: string): boolean => !hasCardNumber(text);

const bareLine = (maxLength: number) =>
  z.string().min(1).max(maxLength).refine(isLine, 'must not contain control characters or broken Unicode');

/** What people write: never a card number, which would have to be guarded as one wherever the text goes. */
export const line = (maxLength: number) => bareLine(maxLength).refine(isSafe, noCardNumber);

/**
 * A name that things are found by: with and without surrounding blanks it would be two names that databases treat as one.
 * Machines give them out, and one long number in ten looks like a card's.
 */
export const reference = (maxLength: number) =>
  bareLine(maxLength).refine((text) => text === text.trim(), 'must not begin or end with blanks');

export const prose = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine(isProse, 'must not contain control characters or broken Unicode')
    .refine(isSafe, noCardNumber);
