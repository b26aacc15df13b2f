import type { Outbox } from '#libs/messaging/outbox';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import { canReturn, type Return } from '../can-return.js';
import { parkedBodies } from '../parked-body.row.js';
import { parkedMessages, type ParkedMessageRow } from '../parked-message.row.js';

/** Who settles a message, one by one or with a job. */
export interface Settling {
  readonly by: string;
  readonly jobId: string | null;
}

/** Whether, and as what, a message can go back. Needs its body loaded. */
export function wayBack(work: WorkingSet, { id, messageId, sizeBytes }: ParkedMessageRow): Return {
  const { original, edited } = work.get(parkedBodies, id);
  // An edited message is whole, however large the original was.
  return canReturn({ messageId, bytes: edited ?? original, sizeBytes: edited?.length ?? sizeBytes });
}

/** Puts a message that can go back into the outbox, on its way to its queue. Needs it, and its body, locked. */
export function redrive(
  work: WorkingSet,
  row: ParkedMessageRow,
  { message }: Extract<Return, { possible: true }>,
  outbox: Pick<Outbox, 'redrive'>,
  settling: Settling,
): void {
  const { original, edited } = work.get(parkedBodies, row.id);
  outbox.redrive(work, {
    parkedId: row.id,
    queue: row.queue,
    messageId: message.id,
    subject: message.subject,
    type: message.type,
    body: (edited ?? original).toString('utf8'),
    firstSender: row.firstSender,
  });
  settle(work, row, 'redriven', settling);
}

export function settle(
  work: WorkingSet,
  row: ParkedMessageRow,
  state: 'redriven' | 'discarded',
  { by, jobId }: Settling,
): void {
  work.update(parkedMessages, { ...row, state, settledAt: work.now, settledBy: by, jobId });
}
