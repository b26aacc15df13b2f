import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { parkedMessageItem } from './parked-message-item.js';
import { shownMessage } from './shown-message.js';

/** One parked message, as much of it as may be shown. */
export class ParkedMessageDetails extends Query<ParkedMessageDetailsAnswer> {
  constructor(readonly id: string) {
    super();
  }
}

export const parkedMessageDetailsAnswer = parkedMessageItem.extend({
  contentType: z.string().nullable(),
  sha256: z.string().describe('Of the whole message.'),
  keptBytes: z.int().describe('Less than its size when it was too large for any consumer.'),
  cannotBeRedriven: z.string().nullable().describe('Why it cannot go back to its queue; null when it can.'),
  message: shownMessage,
  editedMessage: shownMessage.nullable().describe('What a redrive would send instead.'),
});
export type ParkedMessageDetailsAnswer = z.infer<typeof parkedMessageDetailsAnswer>;
