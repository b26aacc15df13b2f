import type { AnySagaDefinition } from '../definition/saga-definitions.js';
import { contradictions, type Contradiction } from './contradictions.js';
import { sagaOutcomes, stepResults, type SagaOutcome, type StepResult } from './timeline.js';

/**
 * What the timelines of a saga can ever say, by its definition. Walks through every state of the sagas that there are
 * come to the same (possible.walk.spec.ts of order-service).
 */
type Definition = AnySagaDefinition<unknown>;
type Step = Definition['steps'][number];

const kindsOf = ({ on }: Pick<Step, 'on'>): Set<string> => new Set(Object.values(on).map(({ kind }) => kind));

/** How a command of the step, or of its compensation, can be settled. */
export function possibleResults(step: Step): StepResult[] {
  const kinds = kindsOf(step);
  const can: Readonly<Record<StepResult, boolean>> = {
    done: kinds.has('go-on'),
    refused: kinds.has('roll-back'),
    unanswered: !step.afterPivot,
    compensated: step.compensate !== undefined,
    // The step itself past the pivot, its compensation before.
    'by-hand': true,
  };
  return stepResults.filter((result) => can[result]);
}

export const possibleOutcomes = ({ ends }: Definition): SagaOutcome[] =>
  sagaOutcomes.filter((outcome) => outcome === 'completed' || ends.rolledBack);

export function possibleContradictions({ steps }: Definition): Contradiction[] {
  const isRefusable = steps.some((step) => kindsOf(step).has('go-on') && kindsOf(step).has('roll-back'));
  const can: Readonly<Record<Contradiction, boolean>> = {
    'done-after-refusal': isRefusable,
    'done-after-undoing': steps.some(({ compensate }) => compensate?.foundNothing),
    'refused-after-done': isRefusable,
  };
  return contradictions.filter((contradiction) => can[contradiction]);
}
