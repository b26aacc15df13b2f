import { Defect } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope.js';
import type { Inbox } from '#libs/messaging/inbox.js';
import type { Outbox } from '#libs/messaging/outbox.js';
import { lock, type Unit, type UnitOfWork, type Work } from '#libs/persistence/unit-of-work.js';
import type { SagaDefinition } from './definition.js';
import { begin, decide, type SagaBirth, type SagaInput } from './engine.js';
import type { Ignored } from './ignored.js';
import type { Reason } from './reason.js';
import type { SagaBinding } from './saga-binding.js';
import type { SagaDefinitions } from './saga-definitions.js';
import { sagaTimeline } from './saga-timeline.row.js';
import { instanceOfRow, rowOfInstance, sagas } from './saga.row.js';
import type { TimelineKind } from './timeline.js';
import type { Decision, Given } from './turn.js';

/** The inbox knows replies to sagas under this name. */
const consumer = 'sagas';

const postponedSeconds = 60;

/** Which saga, and what it is about; enough to lock all that its next decision may touch. */
export interface SagaReference {
  readonly id: string;
  readonly subject: string;
}

export interface DueSaga extends SagaReference {
  readonly revision: number;
}

/** What an input came to. Anything but `taken` changed nothing but the timeline. */
export type InputOutcome = 'taken' | Ignored;

/**
 * Carries sagas on: each input is one unit of work that locks the saga and what it is about, decides, and stores the
 * saga, its timeline, what becomes of its subject, the next command and the next deadline, or nothing of it.
 */
export class SagaRunner<Act> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Pick<Outbox, 'publish'>,
    private readonly inbox: Pick<Inbox, 'once'>,
    private readonly definitions: SagaDefinitions<Act>,
    private readonly binding: SagaBinding<Act>,
  ) {}

  /**
   * Begins a saga in the unit that accepts what it is about, so that no reply and no deadline can overtake it. The id
   * has to be new: derived from the subject's, it makes a second saga of the kind impossible.
   */
  start<Data>(work: Work, definition: SagaDefinition<Data, Act>, birth: SagaBirth<Data>): void {
    const decision = begin(definition, birth, { ...chance(), at: work.now });
    work.insert(sagas, rowOfInstance(decision.instance));
    this.#carryOut(work, decision, undefined);
  }

  /**
   * Takes in a reply, once per message id; resolves when that is durable.
   * @throws Defect (park it) when it names no saga or command, a saga that is not known, or another subject than its saga's.
   * @throws Fault (try again) when the saga's definition is not known here, or the database is away.
   */
  async reply(message: Envelope): Promise<InputOutcome | 'already-consumed'> {
    const { sagaid: id, commandid: commandId, subject } = message;
    if (id === undefined || commandId === undefined) {
      throw new Defect(`${message.type} ${message.id} does not say which saga and which command it answers`);
    }
    const outcome = await this.unitOfWork.run(
      this.inbox.once(
        consumer,
        message,
        this.#unit('saga-reply', { id, subject }, message.id, {
          type: 'reply',
          messageId: message.id,
          messageType: message.type,
          commandId,
          data: message.data,
        }),
      ),
    );
    return typeof outcome === 'symbol' ? 'already-consumed' : outcome;
  }

  /** Does what a passed deadline leads to, unless the saga has moved on since. Any number of processes may try. */
  async deadlinePassed({ id, subject, revision }: DueSaga): Promise<InputOutcome> {
    return this.unitOfWork.run(
      this.#unit('saga-deadline', { id, subject }, undefined, { type: 'deadline-passed', revision }),
    );
  }

  /** Asks the saga to undo itself: before its pivot it does, after it `past-the-pivot` is the answer. */
  async requestRollBack(
    saga: SagaReference,
    reason: Reason & { readonly detail: string },
  ): Promise<InputOutcome> {
    return this.unitOfWork.run(
      this.#unit('saga-roll-back', saga, undefined, { type: 'roll-back-requested', reason }),
    );
  }

  /** Asks the command that is waited for once more, now. The note says why, and is kept in the timeline. */
  async requestRetry(saga: SagaReference, note: string): Promise<InputOutcome> {
    return this.unitOfWork.run(this.#unit('saga-retry', saga, undefined, { type: 'retry-requested', note }));
  }

  /** Puts off a deadline that could not be acted on because something is broken, so that others get their turn. */
  async postpone({ id, revision }: DueSaga): Promise<void> {
    await this.unitOfWork.run({
      name: 'saga-postpone',
      priority: 'started',
      load: [lock(sagas, id)],
      decide: (work) => {
        const row = work.get(sagas, id);
        if (row.revision !== revision || row.deadlineAt === null) return;
        work.update(sagas, { ...row, deadlineAt: new Date(work.now.getTime() + postponedSeconds * 1000) });
      },
    });
  }

  #unit(
    name: string,
    { id, subject }: SagaReference,
    causationId: string | undefined,
    what: InputWithoutGiven,
  ): Unit<InputOutcome> {
    // Drawn once per unit, not per decision: a unit that is repeated after a deadlock decides the same again.
    const drawn = chance();
    return {
      name,
      priority: 'started',
      load: [lock(sagas, id), ...this.binding.load(subject)],
      decide: (work) => {
        const row = work.find(sagas, id);
        if (!row) throw new Defect(`there is no saga ${id}`);
        if (row.subject !== subject) throw new Defect(`saga ${id} is about ${row.subject}, not ${subject}`);
        const definition = this.definitions.get(row.saga, row.version);
        const decision = decide(definition, instanceOfRow(row), { ...what, ...drawn, at: work.now });
        if (decision.instance.revision === row.revision) return decision.ignored ?? 'taken';
        work.update(sagas, rowOfInstance(decision.instance));
        this.#carryOut(work, decision, causationId);
        return decision.ignored ?? 'taken';
      },
    };
  }

  #carryOut<Data>(
    work: Work,
    { instance, effects }: Decision<Data, Act>,
    causationId: string | undefined,
  ): void {
    const { id, subject, saga, revision } = instance;
    for (const act of effects.acts) this.binding.apply(work, subject, act);
    const sent =
      effects.ask &&
      this.outbox.publish(work, {
        message: effects.ask.message,
        subject,
        data: effects.ask.data,
        sagaId: id,
        commandId: effects.ask.commandId,
        causationId,
      });
    const entries = effects.timeline.map((entry) =>
      sendingKinds.has(entry.kind) ? { ...entry, messageId: sent } : entry,
    );
    work.insert(sagaTimeline, { sagaId: id, revision, saga, entries });
  }
}

type InputWithoutGiven = SagaInput extends infer Input
  ? Input extends SagaInput
    ? Omit<Input, keyof Given>
    : never
  : never;

/** The entry about the command that a decision sends gets the id of the message that carries it. */
const sendingKinds: ReadonlySet<string> = new Set<TimelineKind>(['asked', 'retried', 'compensating']);

const chance = (): Omit<Given, 'at'> => ({ jitter: Math.random(), nextCommandId: newId() });
