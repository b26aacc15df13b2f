import { createHash } from 'node:crypto';
import { maxHandledBytes, type ParkedDelivery } from '#libs/messaging/parking';
import { readEnvelope } from '#libs/messaging/envelope';
import { scrub } from '#libs/observability';
import { lock, read as look, type UnitOfWork, type WorkingSet } from '#libs/persistence/unit-of-work';
import { parkedBodies } from '../parked-body.row.js';
import { longestType, parkedMessages, type ParkedMessageRow } from '../parked-message.row.js';

/** `known`: this parking was collected before. `again`: it was, and settled, and may be another of the same bytes. */
export type Collected = 'collected' | 'known' | 'again';

/** What is kept of a message that no consumer would read: enough to see what it is. */
const excerptBytes = 64 * 1024;

/** Keeps a message that was found in a parking lot, once, however often it is found. */
export const collectParkedMessage = (found: ParkedDelivery): UnitOfWork<Collected> => ({
  name: 'collect-parked-message',
  load: [
    lock(parkedMessages, found.id),
    ...(found.redriveOf === null ? [] : [look(parkedMessages, found.redriveOf)]),
  ],
  decide: (work) => {
    const known = work.find(parkedMessages, found.id);
    if (known) return foundAgain(work, found, known);
    work.insert(parkedMessages, rowOf(work, found));
    const { id, body } = found;
    const whole = body.length <= maxHandledBytes;
    work.insert(parkedBodies, { id, original: whole ? body : body.subarray(0, excerptBytes), edited: null });
    return 'collected';
  },
});

/**
 * Who says when it was parked is the same parking. Otherwise it may be the second of two equal messages that somebody
 * put there: shown once more it costs a look, taken for known it would be lost.
 */
function foundAgain(work: WorkingSet, { parkedAt }: ParkedDelivery, known: ParkedMessageRow): Collected {
  if (parkedAt !== null || known.state === 'parked') return 'known';
  work.update(parkedMessages, {
    ...known,
    state: 'parked',
    collectedAt: work.now,
    settledAt: null,
    settledBy: null,
    jobId: null,
  });
  return 'again';
}

function rowOf(work: WorkingSet, found: ParkedDelivery): ParkedMessageRow {
  const { id, queue, messageId, contentType, reason, detail, attempt, redriveOf, firstSender, body } = found;
  const read = readEnvelope(body);
  const envelope = read.readable ? read.message : undefined;
  const earlier = redriveOf === null ? undefined : work.find(parkedMessages, redriveOf);
  return {
    id,
    queue,
    messageId,
    type: (envelope?.type ?? found.type)?.slice(0, longestType) ?? null,
    subject: envelope?.subject ?? null,
    sagaId: envelope?.sagaid ?? null,
    reason,
    // An error's text, which may quote what it was about.
    detail: scrub(detail).slice(0, 500),
    contentType,
    sizeBytes: body.length,
    bodyHash: createHash('sha256').update(body).digest(),
    attempt,
    redrives: redriveOf === null ? 0 : (earlier?.redrives ?? 0) + 1,
    redriveOf,
    firstSender,
    parkedAt: found.parkedAt ?? work.now,
    collectedAt: work.now,
    state: 'parked',
    // A redrive of an edited message is edited, too. With the earlier one gone nobody knows, so it is taken for that.
    edited: redriveOf !== null && (earlier?.edited ?? true),
    settledAt: null,
    settledBy: null,
    jobId: null,
  };
}
