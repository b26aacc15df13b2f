import { z } from 'zod';

/** Lone surrogates and control characters have no business in a shop; line breaks only where people write prose. */
const isLine = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);
const isProse = (text: string): boolean => isLine(text.replace(/[\n\r\t]/g, ' '));

export const line = (maxLength: number) =>
  z.string().min(1).max(maxLength).refine(isLine, 'must not contain control characters or broken Unicode');

/** A name that things are found by: with and without surrounding blanks it would be two names that databases treat as one. */
export const reference = (maxLength: number) =>
  line(maxLength).refine((text) => text === text.trim(), 'must not begin or end with blanks');

export const prose = (maxLength: number) =>
  z.string().max(maxLength).refine(isProse, 'must not contain control characters or broken Unicode');
