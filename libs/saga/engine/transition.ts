import { Defect } from '#libs/kernel/errors.js';
import { whatContradicts, type Contradiction } from './contradictions.js';
import type { Operation, Reaction, SagaDefinition, Step } from '../definition/definition.js';
import type { Ask, Decision, Given } from './decision.js';
import { unrecorded, type Ignored } from './ignored.js';
import { callsToCompensate, isRollingBack, type Call, type SagaInstance } from './instance.js';
import { deadlineOf, expiryOf, type Patience } from '../definition/patience.js';
import type { Reason } from '../definition/reason.js';
import type { SagaOutcome, TimelineEntry } from './timeline.js';
import { askedSentence, capitalised, spoken } from '../definition/wording.js';

/** The moves that a saga can make. Collects what one decision leads to; lives no longer than that decision. */
export class Transition<Data, Act> {
  #instance: SagaInstance<Data>;
  #ask: Ask | null = null;
  readonly #acts: Act[] = [];
  readonly #timeline: TimelineEntry[] = [];

  constructor(
    private readonly definition: SagaDefinition<Data, Act>,
    private readonly before: SagaInstance<Data>,
    private readonly given: Given,
  ) {
    this.#instance = before;
  }

  get instance(): SagaInstance<Data> {
    return this.#instance;
  }

  end(): Decision<Data, Act> {
    return {
      instance: { ...this.#instance, revision: this.before.revision + 1 },
      effects: { ask: this.#ask, acts: this.#acts, timeline: this.#timeline },
      ignored: null,
      contradiction: null,
    };
  }

  /** Nothing changes but the timeline; for what is not even recorded, nothing at all. */
  ignore(reason: Ignored, entry: Pick<TimelineEntry, 'text'> & Partial<TimelineEntry>): Decision<Data, Act> {
    if (unrecorded.has(reason)) {
      return {
        instance: this.before,
        effects: { ask: null, acts: [], timeline: [] },
        ignored: reason,
        contradiction: null,
      };
    }
    this.record('ignored', { ...entry, ignored: reason });
    return { ...this.end(), ignored: reason };
  }

  /** The saga stays where it stands; what was done for nobody is given back, once per command. */
  contradict(
    contradiction: Contradiction,
    call: Call,
    answer: string,
    entry: Pick<TimelineEntry, 'text' | 'messageId'>,
  ): Decision<Data, Act> {
    const text = `${entry.text} ${whatContradicts[contradiction]}.`;
    this.record('contradicted', { ...entry, step: call.step, attempt: call.attempt, contradiction, text });
    if (contradiction !== 'refused-after-done') {
      const { giveBack } = this.step(call.step);
      if (!giveBack) throw new Defect(`${call.step} is past the pivot and has nothing to give back`);
      this.settle(call, 'given-back', answer);
      this.#acts.push(giveBack(this.#instance.data));
    }
    return { ...this.end(), contradiction };
  }

  record(kind: TimelineEntry['kind'], entry: Pick<TimelineEntry, 'text'> & Partial<TimelineEntry>): void {
    const at = this.given.at.toISOString();
    this.#timeline.push({ at, kind, step: null, attempt: null, messageId: null, ...entry });
  }

  step(name: string): Step<Data, Act> {
    const step = this.definition.steps.find((candidate) => candidate.name === name);
    if (!step) throw new Defect(`${this.definition.name} ${this.definition.version} has no step ${name}`);
    return step;
  }

  operationOf({ step, operation }: Pick<Call, 'step' | 'operation'>): Operation<Data, Act> {
    const found = operation === 'action' ? this.step(step) : this.step(step).compensate;
    if (!found) throw new Defect(`${this.definition.name}: ${step} is past the pivot and cannot be undone`);
    return found;
  }

  /** Asks the first of the steps from `index` on that applies; completes the saga when none is left. */
  goForwardFrom(index: number): void {
    for (const step of this.definition.steps.slice(index)) {
      if (step.when?.(this.#instance.data) ?? true) {
        this.#askFirst({ step: step.name, operation: 'action' });
        return;
      }
      this.record('skipped', { step: step.name, text: `Nothing to do for ${spoken(step.name)}.` });
      this.#forget(step);
    }
    const { completed } = this.definition.ends;
    this.#finish('completed', completed.recordedAs, completed.act(this.#instance.data));
  }

  goForwardAfter(name: string): void {
    const step = this.step(name);
    this.#forget(step);
    this.goForwardFrom(this.definition.steps.indexOf(step) + 1);
  }

  rollBack(reason: Reason): void {
    this.#change({ reason });
    // No step goes forward any more, so what only they need is dropped; forgetting twice does no harm.
    for (const step of this.definition.steps) this.#forget(step);
    const detail = reason.detail === null ? '' : ` ${reason.detail}`;
    this.record('rolling-back', { text: `Rolling back: ${reason.code}.${detail}` });
    this.compensateNext();
  }

  compensateNext(): void {
    const { reason } = this.#instance;
    const { rolledBack } = this.definition.ends;
    if (!reason || !rolledBack)
      throw new Defect(`${this.definition.name} has no reason or no way to roll back`);
    const [next] = callsToCompensate(this.#instance);
    if (next) this.#askFirst({ step: next.step, operation: 'compensation' });
    else this.#finish('rolled-back', rolledBack.recordedAs, rolledBack.act(this.#instance.data, reason));
  }

  /** The same command, with the same id, once more: its participant answers what it answered before. */
  askAgain(call: Call): void {
    const { alertAfterAttempts } = this.operationOf(call).patience;
    const again: Call = { ...call, attempt: call.attempt + 1, acknowledged: false };
    this.#replace(again);
    this.#send(again, 'retried');
    // It can be decided on again, so whatever kept it from that was mended.
    if (this.#instance.attention?.cause === 'defect') this.#attendedTo();
    if (alertAfterAttempts === undefined || call.attempt < alertAfterAttempts) return;
    if (this.#instance.status === 'needs-attention') return;
    const detail = `Asked ${call.attempt} times without an answer`;
    this.#change({
      status: 'needs-attention',
      attention: { cause: 'unanswered', detail, since: this.given.at.toISOString() },
    });
    this.record('needs-attention', {
      step: call.step,
      attempt: call.attempt,
      text: `${detail}. Asking goes on; somebody should look.`,
    });
  }

  /** From now on the answer to this attempt is waited for with `patience`. */
  acknowledge(call: Call, patience: Patience): void {
    this.#replace({ ...call, acknowledged: true });
    this.#change({ deadlineAt: deadlineOf(patience, 1, this.given.at, this.given.jitter) });
  }

  settle(call: Call, state: Exclude<Call['state'], 'waiting'>, answer: string | null): void {
    this.#replace({ ...call, state, answer });
  }

  /** An answer that came too late to count. The step's undoing is checked against it. */
  hear(call: Call, answer: string): void {
    this.#replace({ ...call, answer });
  }

  /** Whether the step's participant said so, in time or not. */
  isDone(step: string): boolean {
    return this.#instance.calls.some(
      (call) => call.operation === 'action' && call.step === step && call.answer !== null,
    );
  }

  /** Whether a compensation was answered, saying that there was nothing to undo. */
  foundNothing(undoing: Call): boolean {
    const { foundNothing } = this.operationOf(undoing);
    const settled = this.#instance.calls.find(({ commandId }) => commandId === undoing.commandId);
    return settled?.state === 'done' && (foundNothing?.(this.#instance.data) ?? false);
  }

  /** Does what the definition says about an answer, except for where the saga goes from here. */
  take(reaction: Exclude<Reaction<Data, Act>, { kind: 'keep-waiting' }>, reply: unknown): void {
    const data = reaction.remember?.(this.#instance.data, reply as never) ?? this.#instance.data;
    this.#change({ data });
    const act = reaction.act?.(data, reply as never);
    if (act !== undefined) this.#acts.push(act);
  }

  /** An operator did what the operation was to do: the saga goes on as if it had been answered so. */
  takeByHand({ byHand }: Operation<Data, Act>): void {
    if (byHand) this.#change({ data: byHand(this.#instance.data) });
  }

  secondsSince(moment: Date | string): number {
    return Math.max(0, (this.given.at.getTime() - new Date(moment).getTime()) / 1000);
  }

  #askFirst(what: Pick<Call, 'step' | 'operation'>): void {
    const call: Call = {
      ...what,
      commandId: this.given.nextCommandId,
      askedAt: this.given.at.toISOString(),
      attempt: 1,
      acknowledged: false,
      state: 'waiting',
      answer: null,
    };
    this.#change({ calls: [...this.#instance.calls, call] });
    this.#attendedTo();
    this.#send(call, call.operation === 'action' ? 'asked' : 'compensating');
  }

  #send(call: Call, kind: 'asked' | 'compensating' | 'retried'): void {
    const { ask, with: payload, patience } = this.operationOf(call);
    if (this.#ask) throw new Defect(`${this.definition.name} asks two commands in one decision`);
    this.#ask = {
      message: ask.message,
      commandId: call.commandId,
      data: payload(this.#instance.data),
      expiresAt: patience.attempts === undefined ? null : expiryOf(patience, call.attempt, this.given.at),
    };
    this.#change({ deadlineAt: deadlineOf(patience, call.attempt, this.given.at, this.given.jitter) });
    this.record(kind, {
      step: call.step,
      attempt: call.attempt,
      text: askedSentence(ask.message.type, call.attempt),
    });
  }

  #finish(outcome: SagaOutcome, kind: string, act: Act): void {
    const { reason, startedAt } = this.#instance;
    this.#change({ status: outcome, attention: null, finishedAt: this.given.at, deadlineAt: null });
    this.#acts.push(act);
    this.record(kind, {
      outcome,
      seconds: this.secondsSince(startedAt),
      text: reason === null ? `${capitalised(kind)}.` : `${capitalised(kind)}: ${reason.code}.`,
    });
  }

  #attendedTo(): void {
    this.#change({ status: isRollingBack(this.#instance) ? 'rolling-back' : 'running', attention: null });
  }

  #forget(step: Step<Data, Act>): void {
    if (step.forget) this.#change({ data: step.forget(this.#instance.data) });
  }

  #replace(call: Call): void {
    this.#change({
      calls: this.#instance.calls.map((other) => (other.commandId === call.commandId ? call : other)),
    });
  }

  #change(change: Partial<SagaInstance<Data>>): void {
    this.#instance = { ...this.#instance, ...change };
  }
}
