import type { Load, Work } from '#libs/persistence/unit-of-work.js';

/** How the sagas of a service reach what they are about. Written by the owner of that thing; for an order, its row. */
export interface SagaBinding<Act> {
  /** What {@link apply} needs locked, for every input of a saga about `subject`. */
  load(subject: string): readonly Load[];
  /** Does what a saga decided, in the saga's own unit of work. @throws IllegalTransition, which undoes the whole unit. */
  apply(work: Work, subject: string, act: Act): void;
}
