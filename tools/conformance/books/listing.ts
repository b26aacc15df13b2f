import { ListReservations, ReservationsListed } from '#libs/contracts/inventory/inventory.messages.js';
import { largestPage, type ListRequest } from '#libs/contracts/listing.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import {
  ChargesListed,
  ListCharges,
  ListPayments,
  PaymentsListed,
} from '#libs/contracts/payment/payment.messages.js';
import { newId } from '#libs/kernel/ids.js';
import { question, type Command } from '../command.js';
import { owed } from '../duty.js';
import { typeOf, whyUnreadable, dataOf, type Reply } from '../reply.js';
import { cameLine } from '../transcript.js';

/** A book of a participant: how it is asked for, and what its pages are. */
export interface Book<Item> {
  readonly ask: MessageType<string, ListRequest>;
  readonly page: MessageType<string, Page<Item>>;
}

interface Page<Item> {
  readonly runId: string;
  readonly page: number;
  readonly items: Item[];
  readonly next: string | null;
}

type ItemOf<Listed extends { items: readonly unknown[] }> = Listed['items'][number];
export type ReservationItem = ItemOf<ReservationsListed>;
export type PaymentItem = ItemOf<PaymentsListed>;
export type ChargeItem = ItemOf<ChargesListed>;

export const books = {
  reservations: { ask: ListReservations, page: ReservationsListed } as Book<ReservationItem>,
  payments: { ask: ListPayments, page: PaymentsListed } as Book<PaymentItem>,
  charges: { ask: ListCharges, page: ChargesListed } as Book<ChargeItem>,
};

export interface Range {
  readonly from: Date;
  readonly to: Date;
  /** Most items of a page. */
  readonly limit?: number;
}

/** A listing that does not end by then goes in a circle. */
const maxPages = 5000;

/** How far a participant's clock may be from ours; what is listed besides does no harm. */
const clocksApartMs = 3_600_000;

/** All that has been made since a time, by whoever's clock. */
export const since = (at: Date): Range => ({
  from: new Date(at.getTime() - clocksApartMs),
  to: new Date(Date.now() + clocksApartMs),
});

/**
 * Asks for a book, page by page, as order-service does for its reconciliation.
 * @throws DutyBroken when a page is not what was asked for, and whatever `ask` throws.
 */
export async function listAll<Item>(
  book: Book<Item>,
  { from, to, limit = largestPage }: Range,
  ask: (asked: Command<ListRequest>) => Promise<Reply>,
): Promise<Item[]> {
  const runId = newId();
  const items: Item[] = [];
  let after: string | null = null;
  for (let page = 1; page <= maxPages; page += 1) {
    const asked: ListRequest = {
      runId,
      page,
      madeFrom: from.toISOString(),
      madeTo: to.toISOString(),
      after,
      limit,
    };
    const told: Page<Item> = pageIn(await ask(question(book.ask, asked)), book, asked);
    items.push(...told.items);
    if (told.next === null) return items;
    after = told.next;
  }
  owed(false, 'a listing that ends', `${maxPages} pages`);
  return items;
}

/** @throws DutyBroken */
function pageIn<Item>(reply: Reply, book: Book<Item>, asked: ListRequest): Page<Item> {
  owed(typeOf(reply) === book.page.type, book.page.type, cameLine(reply));
  const read = book.page.schema.safeParse(dataOf(reply));
  const why = whyUnreadable(reply, question(book.ask, asked)).join('; ');
  owed(read.success, 'a page that its schema allows', `${cameLine(reply)}; ${why}`);
  const page = read.data!;
  owed(
    page.runId === asked.runId && page.page === asked.page,
    `runId ${asked.runId} and page ${asked.page}`,
    cameLine(reply),
  );
  owed(page.items.length <= asked.limit, `at most ${asked.limit} items`, cameLine(reply));
  return page;
}
