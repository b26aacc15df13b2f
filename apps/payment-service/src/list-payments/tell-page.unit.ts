import type { ListRequest } from '#libs/contracts/listing.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import type { Envelope } from '#libs/messaging/envelope';
import type { Outbox } from '#libs/messaging/outbox';
import type { UnitOfWork } from '#libs/persistence/unit-of-work';

/**
 * Tells a page to whoever asked for it. No inbox: asked twice it is told twice, and whoever asks knows which page to
 * wait for.
 */
export const tellPage = <Page>(
  request: Envelope<ListRequest>,
  message: MessageType<string, Page>,
  page: Page,
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<void> => ({
  name: 'list-payments',
  // Orders go first.
  priority: 'new',
  load: [],
  decide: (work) => {
    outbox.publish(work, { message, subject: request.subject, data: page, causationId: request.id });
  },
});
