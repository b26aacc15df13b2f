import { formatEtag, requireMatch } from '#libs/http';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import type { SagaDefinitions } from '#libs/saga/definition';
import { type SagaReference, type SagaRunner, sagas } from '#libs/saga/runner';
import { requestOf, type SagaAction } from './saga-action.js';
import type { Confirms, Guarded } from '../../second-person/proposable.js';
import type { SagaActionAnswer } from './act-on-saga.dto.js';
import { concernOfResolving } from './concern.js';
import { ResolveNeedsIfMatch } from './saga-action.errors.js';
import { wordsOf } from './saga-action-words.js';

export interface SagaActing {
  readonly saga: SagaReference;
  readonly action: SagaAction;
  readonly reason: string;
  readonly ifMatch: string | undefined;
  readonly confirms: Confirms | null;
}

type Runner = Pick<SagaRunner<never>, 'loadsOf' | 'takeIn' | 'previewIn'>;
type Definitions = Pick<SagaDefinitions<never>, 'get'>;

/**
 * Does it. What the saga ignores is recorded in its timeline, answered as such and not thrown: it was tried, and the trail
 * says so.
 * @throws PreconditionFailedException when the saga has changed since it was looked at, ResolveNeedsIfMatch when nobody says
 * what they looked at.
 */
export const actOnSaga = (
  acting: SagaActing,
  runner: Runner,
  definitions: Definitions,
): Guarded<SagaActionAnswer> => {
  const foresee = (work: WorkingSet, preview: boolean) =>
    foreseen(work, acting, runner, definitions, { preview });
  const { saga, action, reason } = acting;
  return {
    act: {
      name: 'saga-action',
      load: runner.loadsOf(saga),
      decide: (work) => {
        const answer = foresee(work, false);
        requireLook(acting, answer);
        runner.takeIn(work, saga, requestOf(action, reason));
        return { ...answer, revision: work.get(sagas, saga.id).revision };
      },
    },
    foresee: (work) => foresee(work, true),
    concernOf: (work) => {
      const answer = foresee(work, true);
      if (action !== 'resolve' || answer.outcome !== 'taken') return null;
      requireLook(acting, answer);
      return concernOfResolving(work.get(sagas, saga.id), definitions);
    },
    outcomeOf: ({ outcome }) => (outcome === 'taken' ? 'done' : `refused: ${outcome}`),
  };
};

/** A second person's look was compared with the proposal. */
function requireLook({ action, ifMatch, confirms }: SagaActing, { outcome }: SagaActionAnswer): void {
  if (action === 'resolve' && outcome === 'taken' && ifMatch === undefined && !confirms) {
    throw new ResolveNeedsIfMatch();
  }
}

function foreseen(
  work: WorkingSet,
  { saga, action, reason, ifMatch }: SagaActing,
  runner: Runner,
  definitions: Definitions,
  { preview }: { readonly preview: boolean },
): SagaActionAnswer {
  const row = work.get(sagas, saga.id);
  requireMatch(ifMatch, formatEtag(row.revision));
  const seen = runner.previewIn(work, saga, requestOf(action, reason));
  const { ends } = definitions.get(row.saga, row.version);
  return {
    sagaId: saga.id,
    action,
    preview,
    outcome: seen.outcome,
    text: wordsOf(seen, ends, { preview }),
    asks: seen.asks,
    status: seen.status,
    revision: row.revision,
  };
}
