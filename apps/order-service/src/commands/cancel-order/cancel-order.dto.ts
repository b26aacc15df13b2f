import { z } from 'zod';
import { scrub } from '#libs/observability';
import { prose } from '../../http/text.js';

export const cancelOrderBody = z
  .strictObject({
    reason: prose(500)
      // It goes on into timelines and messages, where nobody looks for a pasted token.
      .transform(scrub)
      .optional()
      .describe('Why, in your own words. The customer and the shop can read it with the order.'),
  })
  // Callers who have nothing to say need not send a body.
  .prefault({})
  .meta({ id: 'CancelOrder' });

export type CancelOrderBody = z.infer<typeof cancelOrderBody>;
