import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import { ALREADY_CONSUMED, Inbox } from '#libs/messaging/inbox/inbox.js';
import { Outbox } from '#libs/messaging/outbox/outbox.js';
import { outboxTable } from '#libs/messaging/outbox/outbox.row.js';
import type { OutgoingMessage } from '#libs/messaging/outbox/outgoing-message.js';
import type { UnitOfWork, WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import type { PlantedBug } from './planted-bug.js';
import { runningOtherwise, writingApart } from './tampering.js';

class NoInbox extends Inbox {
  override once<Result>(_consumer: string, _message: Envelope, unit: UnitOfWork<Result>): UnitOfWork<Result> {
    return unit;
  }
}

/** Keeps the unit and its inbox row apart, for {@link inboxFirst} to commit one after the other. */
class InboxApart extends Inbox {
  override once<Result>(consumer: string, message: Envelope, unit: UnitOfWork<Result>): ApartUnit<Result> {
    const note: UnitOfWork<void> = { name: 'note', load: [], decide: () => undefined };
    return { ...unit, note: super.once(consumer, message, note) };
  }
}

type ApartUnit<Result> = UnitOfWork<Result> & { readonly note: UnitOfWork<unknown> };

const inboxFirst = runningOtherwise(undefined, async (unit, run) => {
  if (!('note' in unit)) return run(unit);
  const outcome = await run((unit as ApartUnit<unknown>).note);
  return outcome === ALREADY_CONSUMED ? ALREADY_CONSUMED : run(unit);
});

class NewCommandIds extends Outbox {
  readonly #seen = new Set<string>();

  override publish<Data>(work: WorkingSet, outgoing: OutgoingMessage<Data>): string {
    const { commandId } = outgoing;
    if (commandId === undefined || outgoing.causationId !== undefined) return super.publish(work, outgoing);
    const isRepeated = this.#seen.has(commandId);
    this.#seen.add(commandId);
    return super.publish(work, isRepeated ? { ...outgoing, commandId: newId() } : outgoing);
  }
}

export const messagingBugs: readonly PlantedBug[] = [
  {
    name: 'ack-before-commit',
    what: 'A message is acknowledged when it is taken in hand, not when its effects are durable.',
    parts: {
      handler: (handle) => (message) => {
        handle(message).catch(() => undefined);
        return Promise.resolve();
      },
    },
  },
  {
    name: 'commands-of-anybody',
    what: 'Nobody looks who has sent a command.',
    parts: { senders: () => ({ objectionTo: () => undefined }) },
  },
  {
    name: 'no-inbox',
    what: 'Nobody notes which messages were consumed.',
    parts: { inbox: () => new NoInbox() },
  },
  {
    name: 'inbox-in-another-transaction',
    what: 'That a message was consumed is noted before its effects, in a transaction of its own.',
    parts: { inbox: () => new InboxApart(), units: inboxFirst },
  },
  {
    name: 'outbox-in-another-transaction',
    what: 'Messages are written when what they tell of has been committed.',
    parts: { units: writingApart(undefined, outboxTable) },
  },
  {
    name: 'outbox-deleted-before-confirm',
    what: 'A message counts as sent when it has been handed to the network.',
    parts: {
      publisher: (publisher) => ({
        publish: (message) => {
          void publisher.publish(message);
          return Promise.resolve('confirmed');
        },
      }),
    },
  },
  {
    name: 'retry-with-a-new-command-id',
    what: 'A command that is asked again gets an id of its own.',
    parts: { outbox: (outbox) => new NewCommandIds(outbox.source) },
  },
];
