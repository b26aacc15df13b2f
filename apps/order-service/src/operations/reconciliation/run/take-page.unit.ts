import type { Outbox } from '#libs/messaging/outbox';
import { lock, type UnitOfWork } from '#libs/persistence/unit-of-work';
import { askForPages } from '../list-page.js';
import { reconciliationItems, type ReconciliationItemRow } from '../reconciliation-item.row.js';
import { books, reconciliationRuns, type Book } from '../reconciliation-run.row.js';
import { pageSeconds } from './start-reconciliation.unit.js';

export interface ListedPage {
  readonly runId: string;
  readonly of: Book;
  readonly page: number;
  readonly next: string | null;
  readonly items: readonly Omit<ReconciliationItemRow, 'runId'>[];
}

/**
 * Keeps a page and asks for the next one. Taken only if it is the page that the run waits for: a page that comes twice,
 * late, or for a run that nobody knows changes nothing.
 */
export const takePage = (
  { runId, of, page, next, items }: ListedPage,
  outbox: Pick<Outbox, 'publish'>,
): UnitOfWork<'taken' | 'not-wanted'> => ({
  name: 'take-reconciliation-page',
  load: [
    lock(reconciliationRuns, runId),
    lock(reconciliationItems, ...items.map(({ itemId }) => [runId, itemId] as const)),
  ],
  decide: (work) => {
    const run = work.find(reconciliationRuns, runId);
    if (run?.state !== 'asking' || run.listings[of].done || run.listings[of].page !== page)
      return 'not-wanted';
    for (const item of items) {
      const row = { runId, ...item };
      if (work.find(reconciliationItems, [runId, item.itemId] as const))
        work.update(reconciliationItems, row);
      else work.insert(reconciliationItems, row);
    }
    const listing = { page: page + 1, after: next, done: next === null };
    const listings = { ...run.listings, [of]: listing };
    const done = books.every((book) => listings[book].done);
    const listed = { ...run, listings, items: run.items + items.length, attempts: 1 };
    // Compared at once by whichever worker looks next.
    const dueAt = done ? work.now : new Date(work.now.getTime() + pageSeconds * 1000);
    work.update(reconciliationRuns, { ...listed, dueAt, state: done ? 'orders' : 'asking' });
    askForPages(work, outbox, listed, [of]);
    return 'taken';
  },
});
