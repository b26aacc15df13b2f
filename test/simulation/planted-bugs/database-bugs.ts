import { ServerFailing, StatementRefused, UnlistedError } from '#libs/persistence/database/errors.js';
import type { Transaction, TransactionStore } from '#libs/persistence/unit-of-work/transaction-store.js';
import type { PlantedBug } from './planted-bug.js';

/** A store one of whose answers is another. */
const answering =
  (otherwise: Partial<TransactionStore>) =>
  (store: TransactionStore): TransactionStore => ({
    begin: (mark, options) => store.begin(mark, options),
    lockedKeys: (loads) => store.lockedKeys(loads),
    comesFree: (table, key, seconds) => store.comesFree(table, key, seconds),
    wasCommitted: (mark) => store.wasCommitted(mark),
    ...otherwise,
  });

/** As it was before: what a server says and no list has was taken for a refusal of the statement. */
function refused(error: unknown): never {
  const isFailure = error instanceof ServerFailing || error instanceof UnlistedError;
  throw isFailure ? new StatementRefused(error.message, { cause: error }) : error;
}

const refusing = (transaction: Transaction): Transaction => ({
  load: (tables) => transaction.load(tables),
  write: (changes) => transaction.write(changes).catch(refused),
  commit: () => transaction.commit(),
  rollback: () => transaction.rollback(),
});

export const databaseBugs: readonly PlantedBug[] = [
  {
    name: 'lost-commit-is-not-asked-for',
    what: 'A COMMIT whose answer was lost counts as one that did not happen, and its units run again.',
    parts: { store: answering({ wasCommitted: () => Promise.resolve(false) }) },
  },
  {
    name: 'lost-commit-is-believed',
    what: 'A COMMIT whose answer was lost counts as one that happened.',
    parts: { store: answering({ wasCommitted: () => Promise.resolve(true) }) },
  },
  {
    name: 'unlisted-error-is-a-defect',
    what: 'What a failing server says is taken for a statement that can never succeed.',
    parts: {
      store: (store) => ({
        ...answering({})(store),
        begin: async (mark, options) => refusing(await store.begin(mark, options)),
      }),
    },
  },
];
