import { setTimeout as pause } from 'node:timers/promises';
import {
  differencesInCharges,
  differencesInPayments,
  differencesInReservations,
  type Difference,
} from '../conformance/books/accounts.js';
import { books, listAll, since, type Book } from '../conformance/books/listing.js';
import { toMessage, type Command } from '../conformance/command.js';
import { DutyBroken } from '../conformance/duty.js';
import type { History } from '../conformance/history.js';
import type { OrderSide } from '../conformance/order-side.js';
import { dataOf, type Reply } from '../conformance/reply.js';

const maxAsks = 3;
const maxWaitMs = 6_000;
const lookMs = 20;

/** Asks a participant for its books in the end, and compares them with what it has answered. */
export class BookReader {
  readonly #pages: Reply[] = [];
  readonly #runs = new Set<string>();
  readonly #began = new Date();

  constructor(private readonly of: 'inventory' | 'payment') {}

  /** Whether a listing that was asked for here has this id. */
  knows(runId: unknown): boolean {
    return this.#runs.has(String(runId));
  }

  onPage(reply: Reply): void {
    if (this.knows(dataOf(reply)['runId'])) this.#pages.push(reply);
  }

  /** @returns what does not add up, by the book. */
  async differences(
    side: Pick<OrderSide, 'send'>,
    histories: readonly History[],
  ): Promise<readonly (Difference & { readonly book: string })[]> {
    const compared = async <Item>(
      book: Book<Item>,
      compare: (histories: readonly History[], items: readonly Item[]) => readonly Difference[],
    ) => {
      const found = await listAll(book, since(this.#began), (asked) => this.#ask(side, asked)).then(
        (items) => compare(histories, items),
        (error: unknown) => {
          if (!(error instanceof DutyBroken)) throw error;
          return [error];
        },
      );
      return found.map(({ expected, came }) => ({ book: book.ask.type, expected, came }));
    };
    return this.of === 'inventory'
      ? compared(books.reservations, differencesInReservations)
      : (
          await Promise.all([
            compared(books.payments, differencesInPayments),
            compared(books.charges, differencesInCharges),
          ])
        ).flat();
  }

  /** @throws DutyBroken when no page comes. */
  async #ask(side: Pick<OrderSide, 'send'>, asked: Command): Promise<Reply> {
    this.#runs.add(asked.about);
    const { page } = asked.data as { page: number };
    for (let nth = 0; nth < maxAsks; nth += 1) {
      await side.send(toMessage(asked));
      for (
        const end = performance.now() + maxWaitMs / maxAsks;
        performance.now() < end;
        await pause(lookMs)
      ) {
        const reply = this.#pages.find((told) => {
          const data = dataOf(told);
          return data['runId'] === asked.about && data['page'] === page;
        });
        if (reply) return reply;
      }
    }
    throw new DutyBroken(`an answer to ${asked.message.type}`, 'nothing', true);
  }
}
