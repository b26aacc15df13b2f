import { z } from 'zod';
import { commandTo, replyTo } from './message-type.js';
import { timestamp, uuid } from './shapes.js';
import { queues, type WorkQueue } from './topology.js';

/**
 * How somebody asks a participant for all that it keeps: page by page, oldest first by when a thing was made, which never
 * changes, so that a page that was lost can be asked for again and gives the same. Participants remember nothing of it.
 */

/** How a participant is asked for a page. No saga asks: `runId` and `page` say what a page belongs to. */
export const listingOf = (queue: WorkQueue) => ({ ...commandTo(queue), attributes: [] }) as const;

/** How a page travels to whoever compares books. */
export const pageTravels = { ...replyTo(queues.reconciliation), attributes: ['causationid'] } as const;

/** Keeps a page of the largest items well below what a message may weigh (256 KiB). */
export const largestPage = 200;

export const listRequest = z.object({
  runId: uuid.describe('Names the listing; comes back with each page.'),
  page: z.int().min(1).max(1_000_000).describe('From 1; comes back with the page.'),
  madeFrom: timestamp.optional().describe('Only what was made then or later. Absent: from the first.'),
  madeTo: timestamp.describe('Only what was made before, so that a listing ends while more is being made.'),
  after: z.string().min(1).max(200).nullable().describe('`next` of the page before; null for the first.'),
  limit: z.int().min(1).max(largestPage).describe('Most items of the page.'),
});
export type ListRequest = z.infer<typeof listRequest>;

/** What a {@link ListRequest} asks for, in terms of time and place. */
export const rangeOf = ({ madeFrom, madeTo, after, limit }: ListRequest) => ({
  from: madeFrom === undefined ? null : new Date(madeFrom),
  to: new Date(madeTo),
  after,
  limit,
});

/** What an answer to a {@link listRequest} consists of. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    runId: uuid,
    page: z.int().min(1).max(1_000_000),
    items: z.array(item).max(largestPage),
    next: z
      .string()
      .min(1)
      .max(200)
      .nullable()
      .describe('Where the next page begins, for its participant to understand; null: this was the last.'),
  });
