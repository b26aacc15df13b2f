import { Injectable } from '@nestjs/common';
import { decide } from '#libs/saga/engine';
import { SagaDefinitions } from '#libs/saga/definition';
import { instanceOfRow, type SagaRow } from '#libs/saga/runner';
import { requestOf, sagaActions, type SagaAction } from './saga-action.js';

/** Tells what would not be refused now. It asks the engine itself, so that the two cannot disagree. */
@Injectable()
export class PossibleActions {
  constructor(private readonly definitions: SagaDefinitions<unknown>) {}

  of(saga: SagaRow, at: Date): SagaAction[] {
    return sagaActions.filter((action) => this.isPossible(saga, action, at));
  }

  /** Whether this process could carry it on. */
  isKnown({ saga, version }: Pick<SagaRow, 'saga' | 'version'>): boolean {
    return this.definitions.all.some((known) => known.name === saga && known.version === version);
  }

  private isPossible(saga: SagaRow, action: SagaAction, at: Date): boolean {
    const input = { ...requestOf(action, ''), at, jitter: 0, nextCommandId: saga.id };
    try {
      const definition = this.definitions.get(saga.saga, saga.version);
      return decide(definition, instanceOfRow(saga), input).ignored === null;
    } catch {
      // Of another release, or broken in whatever way: that is what somebody looks at the list for, so it has to appear.
      return false;
    }
  }
}
