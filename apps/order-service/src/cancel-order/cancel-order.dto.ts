import { z } from 'zod';
import { prose } from '../http/text.js';

export const cancelOrderBody = z
  .strictObject({
    reason: prose(500)
      .optional()
      .describe('Why, in your own words. The customer and the shop can read it with the order.'),
  })
  // Who has nothing to say need not send a body.
  .prefault({})
  .meta({ id: 'CancelOrder' });

export type CancelOrderBody = z.infer<typeof cancelOrderBody>;
