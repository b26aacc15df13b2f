import { z } from 'zod';
import { parkedStates } from '../parked-message.row.js';
import { change } from '../../audit/shown-change.js';
import { operatorRequest } from '../../audit/operator-request.js';

export const parkedMessageActions = ['redrive', 'edit', 'discard'] as const;
export type ParkedMessageAction = (typeof parkedMessageActions)[number];

export const parkedMessageActionBody = z.strictObject(operatorRequest);
export type ParkedMessageActionBody = z.infer<typeof parkedMessageActionBody>;

export const editParkedMessageBody = z.strictObject({
  ...operatorRequest,
  data: z.record(z.string(), z.unknown()).describe("The whole payload, by the schema of the message's type."),
});
export type EditParkedMessageBody = z.infer<typeof editParkedMessageBody>;

/** What an action came to, or would come to. */
export const parkedMessageActionAnswer = z
  .object({
    id: z.uuid(),
    action: z.enum(parkedMessageActions),
    preview: z.boolean().describe('Nothing was done; this is what would happen.'),
    text: z.string().describe('What happens, in a sentence.'),
    state: z.enum(parkedStates).describe('Of the message, now.'),
    changes: z
      .array(change)
      .optional()
      .describe('Edit: what is other than before. Redrive: what is other than its sender gave.'),
  })
  .meta({ id: 'ParkedMessageActionResult' });
export type ParkedMessageActionAnswer = z.infer<typeof parkedMessageActionAnswer>;
