import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { timestamp } from '#libs/contracts/shapes.js';
import { storedReasons } from '#libs/messaging/parking';

/** The messages that wait for a person, by what failed and why. */
export class ParkedMessageGroups extends Query<ParkedMessageGroupsAnswer> {}

export const parkedMessageGroupsAnswer = z.object({
  items: z.array(
    z.object({
      queue: z.string(),
      type: z.string().nullable(),
      reason: z.enum(storedReasons),
      count: z.int(),
      oldest: timestamp,
      newest: timestamp,
    }),
  ),
  more: z.boolean().describe('There are further groups, none of them larger than these.'),
});
export type ParkedMessageGroupsAnswer = z.infer<typeof parkedMessageGroupsAnswer>;
