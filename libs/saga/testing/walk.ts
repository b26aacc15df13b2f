import assert from 'node:assert/strict';
import { Defect } from '#libs/kernel/errors.js';
import type { SagaDefinition } from '../definition/definition.js';
import type { Decision, SagaInput } from '../engine/decision.js';
import { begin, decide as realDecide } from '../engine/engine.js';
import { unrecorded } from '../engine/ignored.js';
import { isFinished, waitingCall, type SagaInstance } from '../engine/instance.js';
import { deadlineOf, operationOf, possibleInputs, type NamedInput, type Samples } from './possible-inputs.js';
import { revived } from './revived.js';
import { emptyJournal, noteAnswer, noteAsk, noteEnd, type Journal } from './walk-journal.js';

export interface WalkOptions<Data, Act> {
  /** Each is a saga that the walk begins with. */
  readonly begunWith: readonly Data[];
  readonly samples: Samples;
  /** What has to hold for this saga in particular, after each decision. Throws where it does not. */
  readonly check?: (decision: Decision<Data, Act>) => void;
  /** Matches the defects that some answers in `samples` are: they are parked, and the saga stays where it is. */
  readonly parks?: RegExp;
  /** For proving that the walk can fail: an engine with a fault in it. */
  readonly decide?: typeof realDecide<Data, Act>;
}

export interface WalkReport {
  readonly states: number;
  readonly decisions: number;
  /** Every status, reason to ignore, and reason to roll back that the walk came across. */
  readonly seen: ReadonlySet<string>;
}

interface Place<Data> {
  readonly instance: SagaInstance<Data>;
  readonly journal: Journal;
  readonly at: Date;
  readonly path: readonly string[];
}

/** More states than any definition that a person can follow has: a guard against a walk without end. */
const maxStates = 50_000;

/** After this many deadlines in a row, a saga that nobody answers has ended or needs attention. */
const maxSilence = 30;

/**
 * Walks through every state that a saga can get into, whatever its participants answer, in whatever order, how often
 * and how late, and whenever its deadlines pass. Attempts are counted only as far as they matter, so the states are
 * finite and all of them are seen. @throws AssertionError that names the promise that was broken and the way there.
 */
export function walk<Data, Act>(
  definition: SagaDefinition<Data, Act>,
  options: WalkOptions<Data, Act>,
): WalkReport {
  const walker = new Walker(definition, options);
  walker.run();
  return walker.report();
}

class Walker<Data, Act> {
  readonly #known = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #open: Place<Data>[] = [];
  #decisions = 0;

  constructor(
    private readonly definition: SagaDefinition<Data, Act>,
    private readonly options: WalkOptions<Data, Act>,
  ) {}

  run(): void {
    for (const data of this.options.begunWith) this.#begin(data);
    for (let place = this.#open.shift(); place; place = this.#open.shift()) {
      const { samples } = this.options;
      for (const input of possibleInputs(this.definition, place.instance, place.at, samples)) {
        const next = this.#step(place, input);
        if (next) this.#enter(next);
      }
      this.#endsInSilence(place);
      assert(this.#known.size < maxStates, `more than ${maxStates} states`);
    }
  }

  report(): WalkReport {
    return { states: this.#known.size, decisions: this.#decisions, seen: this.#seen };
  }

  #begin(data: Data): void {
    const at = new Date('2026-01-01T00:00:00.000Z');
    const given = { at, jitter: 0, nextCommandId: 'command-0' };
    const decision = begin(this.definition, { id: 'saga', subject: 'subject', data }, given);
    const journal = this.#note(emptyJournal, decision);
    this.#enter({ instance: decision.instance, journal, at, path: ['begin'] });
  }

  #enter(place: Place<Data>): void {
    const key = this.#keyOf(place.instance);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#open.push(place);
  }

  #step(place: Place<Data>, { name, input }: NamedInput): Place<Data> | undefined {
    const path = [...place.path, name];
    try {
      return { ...this.#decided(place, input), path };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (error instanceof Defect && this.options.parks?.test(error.message)) return undefined;
      error.message = `${error.message}\n  on the way: ${path.join(' > ')}`;
      throw error;
    }
  }

  #decided({ instance, journal }: Place<Data>, input: SagaInput): Omit<Place<Data>, 'path'> {
    const decide = this.options.decide ?? realDecide;
    const before = revived(instance);
    const decision = decide(this.definition, before, input);
    this.#decisions += 1;
    assert.deepEqual(before, revived(instance), 'the instance that was handed in is as it was');
    assert.deepEqual(decide(this.definition, before, input), decision, 'the same input decides the same');
    assert.deepEqual(revived(decision.instance), decision.instance, 'the instance survives being stored');

    if (decision.ignored) this.#checkIgnored(before, decision);
    else if (decision.contradiction) this.#checkContradiction(before, decision);
    else assert.equal(decision.instance.revision, before.revision + 1, 'a decision is a revision');

    if (input.type === 'deadline-passed' && input.revision !== before.revision) {
      assert.equal(decision.ignored, 'outdated-deadline', 'an outdated timer does nothing');
    }
    let noted = journal;
    const counts = !decision.ignored && !decision.contradiction;
    if (input.type === 'reply' && counts) noted = this.#noteReply(noted, before, input);
    if (input.type === 'resolve-requested' && !decision.ignored) noted = this.#noteByHand(noted, before);
    noted = this.#note(noted, decision);
    return { instance: decision.instance, journal: noted, at: input.at };
  }

  #noteReply(
    journal: Journal,
    before: SagaInstance<Data>,
    reply: Extract<SagaInput, { type: 'reply' }>,
  ): Journal {
    const call = before.calls.find(({ commandId }) => commandId === reply.commandId);
    assert(call, 'a reply counts only for a command that this saga asked');
    assert.equal(call, waitingCall(before), 'a reply counts only while its command is waited for');
    const { ask, on } = operationOf(this.definition, call);
    const answer = Object.keys(ask.replies).find((key) => ask.replies[key]?.type === reply.messageType);
    assert(answer !== undefined, 'a reply counts only where the command has such an answer');
    const kind = on[answer]?.kind;
    return !kind || kind === 'keep-waiting' ? journal : noteAnswer(journal, call.commandId, kind);
  }

  #noteByHand(journal: Journal, before: SagaInstance<Data>): Journal {
    const call = waitingCall(before);
    assert(call, 'only what is waited for is done by hand');
    if (call.operation === 'compensation') return noteAnswer(journal, call.commandId, 'compensated');
    const step = this.definition.steps.find(({ name }) => name === call.step);
    assert(step?.afterPivot, 'a step before the pivot is undone, not done by hand');
    return noteAnswer(journal, call.commandId, 'go-on');
  }

  #note(before: Journal, decision: Decision<Data, Act>): Journal {
    const { instance, effects, ignored, contradiction } = decision;
    let journal = before;
    if (effects.ask) journal = noteAsk(this.definition, journal, effects.ask);
    if (isFinished(instance) && !ignored && !contradiction) {
      journal = noteEnd(this.definition, journal, instance.status, instance.data);
    }
    assert.equal(journal.finished, isFinished(instance), 'what has ended stays so');
    if (journal.finished) {
      assert.equal(instance.deadlineAt, null, 'what has ended waits for nothing');
    } else {
      assert(instance.deadlineAt && waitingCall(instance), 'what goes on has a deadline');
    }
    assert(ignored === 'outdated-deadline' || effects.timeline.length > 0, 'nothing happens unseen');
    this.options.check?.(decision);
    this.#seen.add(instance.status);
    if (ignored) this.#seen.add(ignored);
    if (contradiction) this.#seen.add(contradiction);
    if (instance.reason) this.#seen.add(instance.reason.code);
    return journal;
  }

  #checkIgnored(before: SagaInstance<Data>, { ignored, instance, effects }: Decision<Data, Act>): void {
    assert(ignored);
    const recorded = !unrecorded.has(ignored);
    const expected = ignored === 'late' ? hearing(before, instance) : before;
    assert.deepEqual({ ...instance, revision: 0 }, { ...expected, revision: 0 }, 'ignored changes nothing');
    assert.equal(effects.ask, null, 'ignored asks nothing');
    assert.deepEqual(effects.acts, [], 'ignored does nothing');
    assert.deepEqual(
      effects.timeline.map((entry) => entry.ignored),
      recorded ? [ignored] : [],
      'what is ignored is recorded by name',
    );
  }

  #checkContradiction(before: SagaInstance<Data>, decision: Decision<Data, Act>): void {
    const { contradiction, instance, effects } = decision;
    assert.deepEqual(
      { ...instance, revision: 0, calls: [] },
      { ...before, revision: 0, calls: [] },
      'what contradicts does not move the saga',
    );
    assert.equal(effects.ask, null, 'what contradicts asks nothing');
    const given = instance.calls.filter(({ state }, index) => state !== before.calls[index]?.state);
    const isForPeople = contradiction === 'refused-after-done';
    assert.deepEqual(
      given.map(({ state }) => state),
      isForPeople ? [] : ['given-back'],
      'what was done for nobody is given back once',
    );
    assert.equal(effects.acts.length, given.length, 'what was done for nobody is given back');
    assert.deepEqual(
      effects.timeline.map((entry) => entry.contradiction),
      [contradiction],
      'what contradicts is recorded by name',
    );
  }

  /** Left alone, with nobody answering, every saga ends or becomes visible. */
  #endsInSilence(place: Place<Data>): void {
    let { instance } = place;
    for (let deadlines = 0; deadlines < maxSilence; deadlines += 1) {
      if (isFinished(instance) || instance.status === 'needs-attention') return;
      const input = deadlineOf(instance, deadlines);
      instance = (this.options.decide ?? realDecide)(this.definition, instance, input).instance;
    }
    assert.fail(`still ${instance.status} after ${maxSilence} deadlines, from ${place.path.join(' > ')}`);
  }

  /** Two instances with one key decide alike from here on: attempts count only where patience looks at them. */
  #keyOf({ status, reason, data, calls }: SagaInstance<Data>): string {
    const asked = calls.map(({ step, operation, state, answer, attempt, acknowledged }) => {
      const { attempts, alertAfterAttempts } = operationOf(this.definition, { step, operation }).patience;
      const waiting = state === 'waiting' && {
        acknowledged,
        attempt: Math.min(attempt, (attempts ?? alertAfterAttempts ?? 0) + 1),
      };
      return { step, operation, state, answer, waiting };
    });
    return JSON.stringify({ status, code: reason?.code, data, asked });
  }
}

/** As it was, but for the late answers that were heard. */
const hearing = <Data>(before: SagaInstance<Data>, after: SagaInstance<Data>): SagaInstance<Data> => ({
  ...before,
  calls: before.calls.map((call, index) =>
    call.state === 'unanswered' ? { ...call, answer: after.calls[index]?.answer ?? null } : call,
  ),
});
