import { z } from 'zod';
import { hasCardNumber, noCardNumber } from '#libs/kernel/card-number.js';
import { scrub } from '#libs/observability';

/** What the body of every operator's action has; for `z.strictObject({ ...operatorRequest, ... })`. */
export const operatorRequest = {
  reason: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .regex(/^[^\u0000]*$/, 'has a NUL') // eslint-disable-line no-control-regex -- that one is what it is about
    .refine((text) => !hasCardNumber(text), noCardNumber)
    // It goes on into timelines and messages, where nobody looks for a pasted token.
    .transform(scrub)
    .describe('Why, in your own words. Kept in the audit trail.'),
  preview: z.boolean().default(false).describe('True: say what would happen, and do nothing.'),
};
