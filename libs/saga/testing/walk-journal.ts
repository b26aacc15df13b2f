import assert from 'node:assert/strict';
import type { Reaction, SagaDefinition } from '../definition/definition.js';
import type { Ask } from '../engine/decision.js';

/**
 * What a saga did, as seen from outside: commands that left it and answers that reached it. Kept apart from the
 * instance on purpose: a walk that believed the engine's own records could not find it wrong.
 */
export interface Journal {
  readonly asked: readonly Asked[];
  readonly finished: boolean;
}

export interface Asked {
  readonly commandId: string;
  readonly step: number;
  readonly undoes: boolean;
  /** What its settling answer meant; null while there was none. */
  readonly answered: Exclude<Reaction<unknown, unknown>['kind'], 'keep-waiting'> | null;
}

export const emptyJournal: Journal = { asked: [], finished: false };

/** Notes a command, after checking that it may be asked now. */
export function noteAsk<Data, Act>(
  definition: SagaDefinition<Data, Act>,
  journal: Journal,
  ask: Ask,
): Journal {
  const last = journal.asked.at(-1);
  const { step, undoes } = placeOf(definition, ask);
  const mayBeGivenUp = !undoes && !definition.steps[step]?.afterPivot;
  assert.equal(ask.expiresAt !== null, mayBeGivenUp, 'what may be given up expires, and nothing else does');
  const before = journal.asked.find(({ commandId }) => commandId === ask.commandId);
  if (before) {
    assert.equal(before, last, 'only the command that is waited for is asked again');
    assert.equal(before.answered, null, 'an answered command is not asked again');
    return journal;
  }
  const entry: Asked = { commandId: ask.commandId, step, undoes, answered: null };
  if (undoes) {
    assert.equal(step, newestToUndo(journal)?.step, 'what is undone is the newest that was asked');
    assert(!last?.undoes || last.answered, 'one compensation at a time, each until it is answered');
    assert(!journal.asked.some((asked) => definition.steps[asked.step]?.afterPivot), 'no way back');
  } else {
    assert(!journal.asked.some((asked) => asked.undoes), 'nothing goes forward once undoing began');
    assert(!last || last.answered === 'go-on', 'a step begins when the one before is done');
    assert(!last || step > last.step, 'steps go in their order');
  }
  return { ...journal, asked: [...journal.asked, entry] };
}

export const noteAnswer = (
  journal: Journal,
  commandId: string,
  answered: NonNullable<Asked['answered']>,
): Journal => ({
  ...journal,
  asked: journal.asked.map((asked) => (asked.commandId === commandId ? { ...asked, answered } : asked)),
});

/** Notes the end, after checking that the saga may end so. */
export function noteEnd<Data, Act>(
  definition: SagaDefinition<Data, Act>,
  journal: Journal,
  outcome: string,
  data: Data,
): Journal {
  assert(!journal.finished, 'a saga ends once');
  if (outcome === 'completed') {
    const done = new Set(
      journal.asked.filter(({ answered }) => answered === 'go-on').map(({ step }) => step),
    );
    const missing = definition.steps.filter((step, index) => (step.when?.(data) ?? true) && !done.has(index));
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
      'every step that applies is done',
    );
    assert(!journal.asked.some(({ undoes }) => undoes), 'what is completed was not undone');
  } else {
    assert.equal(outcome, 'rolled-back');
    assert.equal(newestToUndo(journal), undefined, 'all that was asked and not refused is undone');
    assert(journal.asked.at(-1)?.answered ?? true, 'the last compensation is answered');
    assert(!journal.asked.some((asked) => definition.steps[asked.step]?.afterPivot), 'no way back');
  }
  return { ...journal, finished: true };
}

function newestToUndo({ asked }: Journal): Asked | undefined {
  const undone = new Set(asked.filter(({ undoes }) => undoes).map(({ step }) => step));
  return asked.findLast(
    ({ step, undoes, answered }) => !undoes && answered !== 'roll-back' && !undone.has(step),
  );
}

function placeOf<Data, Act>({ steps }: SagaDefinition<Data, Act>, { message }: Ask) {
  const action = steps.findIndex((step) => step.ask.message.type === message.type);
  if (action >= 0) return { step: action, undoes: false };
  const undone = steps.findIndex((step) => step.compensate?.ask.message.type === message.type);
  assert(undone >= 0, `${message.type} belongs to no step`);
  return { step: undone, undoes: true };
}
