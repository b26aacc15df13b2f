import { z } from 'zod';

/** One value that has changed, as far as it may be shown. */
export const change = z
  .object({
    path: z.string().describe('A JSON pointer into the message.'),
    before: z.unknown(),
    after: z.unknown(),
  })
  .meta({ id: 'Change' });
