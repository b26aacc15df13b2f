import type { ListRequest } from '#libs/contracts/listing.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import { newId } from '#libs/kernel/ids.js';
import type { ParticipantFixture } from './participant-fixture.js';

export interface Page {
  readonly page: number;
  readonly items: readonly Record<string, unknown>[];
  readonly next: string | null;
}

export const wholeBook: ListRequest = {
  runId: newId(),
  page: 1,
  madeTo: '2100-01-01T00:00:00.000Z',
  after: null,
  limit: 200,
};

/** Asks a participant for one page of a book, as order-service does. */
export async function pageFrom(
  participant: ParticipantFixture,
  message: MessageType,
  over: Partial<ListRequest> = {},
): Promise<Page> {
  const request = { ...wholeBook, ...over };
  const id = participant.post(message, request, { orderId: request.runId });
  return (await participant.replyTo(id)).data as unknown as Page;
}

/** Asks page by page to the end. */
export async function allPages(
  participant: ParticipantFixture,
  message: MessageType,
  over: Partial<ListRequest> = {},
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let after: string | null = null; ;) {
    const page = await pageFrom(participant, message, { ...over, page: pages.length + 1, after });
    pages.push(page);
    if (page.next === null) return pages;
    after = page.next;
  }
}
