import { Defect } from '#libs/kernel/errors.js';
import { read, type UnitOfWork, type WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { noteDuplicate } from './duplicates.js';
import type { Envelope } from '../envelope/envelope.js';
import { inboxTable } from './inbox.row.js';
import { bodyHashOf } from '../envelope/body-hash.js';

/** The result of a unit whose message this consumer has had before. */
export const ALREADY_CONSUMED = Symbol('already consumed');
export type AlreadyConsumed = typeof ALREADY_CONSUMED;

/** Makes a message's effects happen once, however often it is delivered. */
export class Inbox {
  /**
   * The unit, with the inbox row in the same commit: not check-then-act, where two copies at once would both pass. A
   * copy whose neighbour was faster meets the row's key and is decided again, as a duplicate.
   *
   * @param consumer a fixed name for what the message is used for; each consumer has its own effects of a message.
   * @throws Defect (from `decide`) when the id is known with another body.
   */
  once<Result>(
    consumer: string,
    message: Envelope,
    unit: UnitOfWork<Result>,
  ): UnitOfWork<Result | AlreadyConsumed> {
    const key = [consumer, message.id] as const;
    return {
      ...unit,
      load: [read(inboxTable, key), ...unit.load],
      decide: (work) => {
        if (!cameBefore(work, consumer, message)) {
          const bodyHash = bodyHashOf(message);
          work.insert(inboxTable, { consumer, messageId: message.id, bodyHash, consumedAt: work.now });
          return unit.decide(work);
        }
        noteDuplicate(message);
        return ALREADY_CONSUMED;
      },
    };
  }

  /**
   * The unit, for a handler that asks somebody else before its message is recorded: what {@link once} would refuse
   * afterwards must not be asked for at all. Records nothing.
   *
   * @throws Defect (from `decide`) when the id is known with another body.
   */
  before<Result>(consumer: string, message: Envelope, unit: UnitOfWork<Result>): UnitOfWork<Result> {
    return {
      ...unit,
      load: [read(inboxTable, [consumer, message.id] as const), ...unit.load],
      decide: (work) => {
        cameBefore(work, consumer, message);
        return unit.decide(work);
      },
    };
  }
}

/** @throws Defect when it came with another body. */
function cameBefore(work: WorkingSet, consumer: string, message: Envelope): boolean {
  const before = work.find(inboxTable, [consumer, message.id] as const);
  if (before && !bodyHashOf(message).equals(before.bodyHash)) {
    throw new Defect(`message ${message.id} came to ${consumer} before, with another body`);
  }
  return before !== undefined;
}
