import type { Load, WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import type { SagaDefinition } from '../definition/definition.js';
import type { NewSaga } from '../engine/decision.js';

/** How the sagas of a service reach what they are about. Written by the owner of that thing; for an order, its row. */
export interface SagaBinding<Act> {
  /** What {@link apply} needs locked, for every input of a saga about `subject`. */
  load(subject: string): readonly Load[];
  /**
   * Does what a saga decided, in the saga's own unit of work; one saga's end may be the beginning of the next.
   * @throws IllegalTransition, which undoes the whole unit.
   */
  apply(work: WorkingSet, subject: string, act: Act, sagas: SagaStarter<Act>): void;
  /** Whether what a completed saga did for `subject` has been called off since, by another saga. */
  isCalledOff(work: WorkingSet, subject: string): boolean;
}

export interface SagaStarter<Act> {
  start<Data>(work: WorkingSet, definition: SagaDefinition<Data, Act>, newSaga: NewSaga<Data>): void;
}
