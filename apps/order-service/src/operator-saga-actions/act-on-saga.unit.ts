import { formatEtag } from '#libs/http/etag.js';
import { requireMatch } from '#libs/http/precondition.js';
import type { Unit, Work } from '#libs/persistence/unit-of-work.js';
import type { SagaDefinitions } from '#libs/saga/saga-definitions.js';
import type { SagaReference, SagaRunner } from '#libs/saga/saga-runner.js';
import { sagas } from '#libs/saga/saga.row.js';
import { requestOf, type SagaAction } from '../saga-actions/saga-action.js';
import type { SagaActionAnswer } from './act-on-saga.dto.js';
import { ResolveNeedsIfMatch } from './saga-action.errors.js';
import { wordsOf } from './saga-action-words.js';

export interface SagaActing {
  readonly saga: SagaReference;
  readonly action: SagaAction;
  readonly reason: string;
  readonly ifMatch: string | undefined;
}

type Runner = Pick<SagaRunner<never>, 'loadsOf' | 'takeIn' | 'previewIn'>;
type Definitions = Pick<SagaDefinitions<never>, 'get'>;

/** Says what the action would do. @throws PreconditionFailedException when the saga has changed since it was looked at. */
export const previewAction = (
  acting: SagaActing,
  runner: Runner,
  definitions: Definitions,
): Unit<SagaActionAnswer> => ({
  name: 'saga-action-preview',
  load: runner.loadsOf(acting.saga),
  decide: (work) => foreseen(work, acting, runner, definitions, { preview: true }),
});

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
): Unit<SagaActionAnswer> => ({
  name: 'saga-action',
  load: runner.loadsOf(acting.saga),
  decide: (work) => {
    const { saga, action, reason, ifMatch } = acting;
    const answer = foreseen(work, acting, runner, definitions, { preview: false });
    if (action === 'resolve' && answer.outcome === 'taken' && ifMatch === undefined) {
      throw new ResolveNeedsIfMatch();
    }
    runner.takeIn(work, saga, requestOf(action, reason));
    return { ...answer, revision: work.get(sagas, saga.id).revision };
  },
});

function foreseen(
  work: Work,
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
