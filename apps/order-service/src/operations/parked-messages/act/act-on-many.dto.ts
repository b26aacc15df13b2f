import { z } from 'zod';
import { operatorRequest } from '../../audit/operator-request.js';
import { parkedCriteria } from '../parked-message-filter.js';

export const actOnManyBody = z.strictObject({
  ...operatorRequest,
  filter: z
    .strictObject(parkedCriteria)
    .refine(
      (filter) => Object.values(filter).some((value) => value !== undefined),
      'name at least one criterion',
    )
    .describe('Which of those that wait for a person; a group is its queue, type and reason.'),
});
export type ActOnManyBody = z.infer<typeof actOnManyBody>;

/** The answer to `preview`. */
export const matchingMessages = z
  .object({
    count: z.int(),
    sample: z
      .array(z.object({ id: z.uuid(), queue: z.string(), type: z.string().nullable(), reason: z.string() }))
      .describe('The first of them, the earliest parked first.'),
  })
  .meta({ id: 'MatchingParkedMessages' });
export type MatchingMessages = z.infer<typeof matchingMessages>;
