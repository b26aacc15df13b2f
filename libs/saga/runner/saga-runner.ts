import { random } from '#libs/kernel/chance.js';
import { Defect } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import type { Envelope } from '#libs/messaging/envelope/envelope.js';
import type { Inbox } from '#libs/messaging/inbox/inbox.js';
import type { Outbox } from '#libs/messaging/outbox/outbox.js';
import {
  lock,
  type Load,
  type UnitOfWork,
  type UnitOfWorkRunner,
  type WorkingSet,
} from '#libs/persistence/unit-of-work/unit-of-work.js';
import type { SagaDefinition } from '../definition/definition.js';
import { cannotGoOn } from '../engine/cannot-go-on.js';
import type { Contradiction } from '../engine/contradictions.js';
import type { Decision, Given, NewSaga, SagaInput } from '../engine/decision.js';
import { begin, decide } from '../engine/engine.js';
import type { Ignored } from '../engine/ignored.js';
import type { SagaBinding, SagaStarter } from './saga-binding.js';
import type { SagaDefinitions } from '../definition/saga-definitions.js';
import type { SagaStatus } from '../engine/instance.js';
import { sagaTimeline } from './saga-timeline.row.js';
import { instanceOfRow, rowOfInstance, sagas, type SagaRow } from './saga.row.js';
import type { TimelineEntry, TimelineKind } from '../engine/timeline.js';

/** The inbox knows replies to sagas under this name. */
const consumer = 'sagas';

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

/** What people ask of a saga: to undo itself, to ask its command again now, to take it as done by hand. */
export type SagaRequest = Extract<InputWithoutGiven, { type: `${string}-requested` }>;

/** What a request would come to if it were made now. */
export interface InputPreview {
  readonly outcome: InputOutcome;
  readonly status: SagaStatus;
  /** The type of the message that would be sent; null: none. */
  readonly asks: string | null;
  readonly timeline: readonly TimelineEntry[];
}

/**
 * Carries sagas on: each input is one unit of work that locks the saga and what it is about, decides, and stores the
 * saga, its timeline, what becomes of its subject, the next command and the next deadline, or none of it.
 */
export class SagaRunner<Act> implements SagaStarter<Act> {
  constructor(
    private readonly unitOfWork: UnitOfWorkRunner,
    private readonly outbox: Pick<Outbox, 'publish'>,
    private readonly inbox: Pick<Inbox, 'once'>,
    private readonly definitions: SagaDefinitions<Act>,
    private readonly binding: SagaBinding<Act>,
    /** Given by those who have to repeat a run exactly. */
    private readonly chance: () => Omit<Given, 'at'> = byChance,
    /** Every wait is this many times shorter than its definition says. For tests of what takes many minutes. */
    private readonly timeScale = 1,
  ) {}

  /**
   * Begins a saga in the unit that accepts what it is about, so that no reply and no deadline can overtake it. The id
   * has to be new: derived from the subject's, it makes a second saga of the kind impossible.
   * @throws Defect when `definition` is not the newest version of its saga.
   */
  start<Data>(work: WorkingSet, definition: SagaDefinition<Data, Act>, newSaga: NewSaga<Data>): void {
    this.definitions.expectNewest(definition);
    const decision = begin(definition, newSaga, { ...this.chance(), at: work.now });
    work.insert(sagas, this.#scaled(rowOfInstance(decision.instance), null, work.now));
    this.#carryOut(work, decision, undefined);
  }

  /**
   * Takes in a reply, once per message id; resolves when that is durable.
   * @throws Defect (park it) when it names no saga or command, a saga that is not known, or another subject than its
   * saga's; when it is about another thing than was asked for; or when it refuses what was said to be done, which only
   * a person can settle.
   * @throws LoneFault (try again) when the saga's definition is not known here; Fault when the database is away.
   */
  async reply(message: Envelope): Promise<InputOutcome | Contradiction | 'already-consumed'> {
    const { sagaid: id, commandid: commandId, subject } = message;
    if (id === undefined || commandId === undefined) {
      throw new Defect(`${message.type} ${message.id} does not say which saga and which command it answers`);
    }
    const decision = await this.unitOfWork.run(
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
    if (typeof decision === 'symbol') return 'already-consumed';
    const { ignored, contradiction } = decision;
    if (contradiction === 'refused-after-done') {
      // After the commit: the timeline has it, and the parking lot.
      throw new Defect(
        `${message.type} ${message.id} refuses command ${commandId}, which was said to be done`,
      );
    }
    return contradiction ?? ignored ?? 'taken';
  }

  /** Does what a passed deadline leads to, unless the saga has moved on since. Any number of processes may try. */
  async deadlinePassed({ id, subject, revision }: DueSaga): Promise<InputOutcome> {
    const { ignored } = await this.unitOfWork.run(
      this.#unit('saga-deadline', { id, subject }, undefined, { type: 'deadline-passed', revision }),
    );
    return ignored ?? 'taken';
  }

  /** What {@link takeIn} needs loaded. */
  loadsOf({ id, subject }: SagaReference): readonly Load[] {
    return [lock(sagas, id), ...this.binding.load(subject)];
  }

  /**
   * Decides on a request in a unit of the caller's, which commits it together with what else belongs to it: the
   * customer's answer, an operator's audit row.
   * @throws Defect when there is no such saga; LoneFault when its definition is not known here.
   */
  takeIn(work: WorkingSet, saga: SagaReference, request: SagaRequest): InputOutcome {
    return this.#take(work, saga, { ...request, ...this.chance() }, undefined).ignored ?? 'taken';
  }

  /** Says what {@link takeIn} would do, and does nothing. */
  previewIn(work: WorkingSet, saga: SagaReference, request: SagaRequest): InputPreview {
    const row = this.#rowOf(work, saga);
    const { instance, effects, ignored } = this.#decide(work, row, { ...request, ...this.chance() });
    return {
      outcome: ignored ?? 'taken',
      status: instance.status,
      asks: effects.ask?.message.type ?? null,
      timeline: effects.timeline,
    };
  }

  /**
   * Says of a saga whose deadline could not be acted on, because something is broken, that it needs attention, and puts
   * the deadline off, so that others get their turn. Does nothing when the saga has moved on since.
   */
  async setAside({ id, revision }: DueSaga, defect: string): Promise<void> {
    await this.unitOfWork.run({
      name: 'saga-set-aside',
      priority: 'started',
      load: [lock(sagas, id)],
      decide: (work) => {
        const row = work.get(sagas, id);
        if (row.revision !== revision || row.deadlineAt === null) return;
        const { instance, effects } = cannotGoOn(instanceOfRow(row), defect, work.now);
        // The step stays as it was: a broken row may have no call that tells it.
        work.update(sagas, { ...rowOfInstance(instance), step: row.step });
        if (effects.timeline.length === 0) return;
        const { saga, revision: reached } = instance;
        work.insert(sagaTimeline, { sagaId: id, revision: reached, saga, entries: effects.timeline });
      },
    });
  }

  #unit(
    name: string,
    saga: SagaReference,
    causationId: string | undefined,
    what: InputWithoutGiven,
  ): UnitOfWork<Decision<unknown, Act>> {
    // Drawn once per unit, not per decision: a unit that is repeated after a deadlock decides the same again.
    const input = { ...what, ...this.chance() };
    return {
      name,
      priority: 'started',
      load: this.loadsOf(saga),
      decide: (work) => this.#take(work, saga, input, causationId),
    };
  }

  #take(
    work: WorkingSet,
    saga: SagaReference,
    input: InputWithoutTime,
    causationId: string | undefined,
  ): Decision<unknown, Act> {
    const row = this.#rowOf(work, saga);
    const decision = this.#decide(work, row, input);
    if (decision.instance.revision !== row.revision) {
      work.update(sagas, this.#scaled(rowOfInstance(decision.instance), row.deadlineAt, work.now));
      this.#carryOut(work, decision, causationId);
    }
    return decision;
  }

  #scaled(row: SagaRow, deadlineBefore: Date | null, at: Date): SagaRow {
    const { deadlineAt } = row;
    if (deadlineAt === null || deadlineAt === deadlineBefore) return row;
    return { ...row, deadlineAt: this.#sooner(deadlineAt, at) };
  }

  #sooner(moment: Date, at: Date): Date {
    const waitMs = (moment.getTime() - at.getTime()) / this.timeScale;
    return new Date(at.getTime() + Math.round(waitMs));
  }

  #rowOf(work: WorkingSet, { id, subject }: SagaReference): SagaRow {
    const row = work.find(sagas, id);
    if (!row) throw new Defect(`there is no saga ${id}`);
    if (row.subject !== subject) throw new Defect(`saga ${id} is about ${row.subject}, not ${subject}`);
    return row;
  }

  #decide(work: WorkingSet, row: SagaRow, input: InputWithoutTime): Decision<unknown, Act> {
    const definition = this.definitions.get(row.saga, row.version);
    const at = work.now;
    if (input.type !== 'reply') return decide(definition, instanceOfRow(row), { ...input, at });
    const calledOff = this.binding.isCalledOff(work, row.subject);
    return decide(definition, instanceOfRow(row), { ...input, at, calledOff });
  }

  #carryOut<Data>(
    work: WorkingSet,
    { instance, effects }: Decision<Data, Act>,
    causationId: string | undefined,
  ): void {
    const { id, subject, saga, revision } = instance;
    for (const act of effects.acts) this.binding.apply(work, subject, act, this);
    const sent =
      effects.ask &&
      this.outbox.publish(work, {
        message: effects.ask.message,
        subject,
        data: effects.ask.data,
        sagaId: id,
        commandId: effects.ask.commandId,
        causationId,
        expiresAt: effects.ask.expiresAt ? this.#sooner(effects.ask.expiresAt, work.now) : undefined,
      });
    const entries = effects.timeline.map((entry) =>
      sendingKinds.has(entry.kind) ? { ...entry, messageId: sent } : entry,
    );
    work.insert(sagaTimeline, { sagaId: id, revision, saga, entries });
  }
}

type Without<Input, Key extends PropertyKey> = Input extends unknown ? Omit<Input, Key> : never;
type InputWithoutTime = Without<SagaInput, 'at'>;
type InputWithoutGiven = Without<SagaInput, keyof Given>;

/** The entry about the command that a decision sends gets the id of the message that carries it. */
const sendingKinds: ReadonlySet<string> = new Set<TimelineKind>(['asked', 'retried', 'compensating']);

const byChance = (): Omit<Given, 'at'> => ({ jitter: random(), nextCommandId: newId() });
