import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { outboxTable } from '#libs/messaging/outbox/outbox.row.js';
import type { Table } from '#libs/persistence/database/table.js';
import type { Commit } from '../world/simulated-database.js';

/** Clocks of two processes differ by at most twice what each differs from true time. */
export const maxClockSkewMs = 1_000;

/** Says what was violated: the invariant's sentence, and the particulars. */
export type Report = (invariant: string, detail: string) => void;

/** Is told of every commit of every database, right after it. One commit may hold the work of several units. */
export type CommitObserver = (commit: Commit) => void;

export interface ChangeOf<Row> {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** What a commit did to one table. */
export const changesOf = <Row, Key>({ changes }: Commit, table: Table<Row, Key>): ChangeOf<Row>[] =>
  changes.filter((change) => change.table.row === table.row) as ChangeOf<Row>[];

const messages = new WeakMap<Commit, readonly Envelope[]>();

/** The messages that a commit leaves in the outbox. */
export function messagesIn(commit: Commit): readonly Envelope[] {
  let found = messages.get(commit);
  if (!found) {
    found = changesOf(commit, outboxTable).flatMap(({ before, after }) =>
      after && !before ? [JSON.parse(after.body) as Envelope] : [],
    );
    messages.set(commit, found);
  }
  return found;
}
