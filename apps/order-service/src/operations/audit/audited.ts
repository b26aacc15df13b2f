import { newId } from '#libs/kernel/ids.js';
import { currentContext, scrub } from '#libs/observability';
import type { UnitOfWork } from '#libs/persistence/unit-of-work';
import type { Change } from './changes.js';
import type { OperatorAction } from './operator-action.js';
import { operatorActions } from './operator-action.row.js';

const longestReason = 500;
const longestOutcome = 255;

/**
 * Makes a unit write down who did it and why, in its own transaction: an action that happened is in the trail, and what
 * is in the trail happened. A unit that throws did nothing and leaves no row; one that wants its refusal kept returns it.
 *
 * @param outcomeOf what came of it, in a word or a short sentence. Never anything of a payload.
 * @param changesOf which data have changed, as they are shown (changes.ts).
 */
export function audited<Result>(
  { caller, action, target, reason }: OperatorAction,
  unit: UnitOfWork<Result>,
  outcomeOf: (result: Result) => string,
  changesOf: (result: Result) => readonly Change[] | null = () => null,
): UnitOfWork<Result> {
  // Once per unit, not per decision: one that is decided again is still one action.
  const id = newId();
  const traceId = currentContext()?.traceId ?? null;
  return {
    ...unit,
    decide: (work) => {
      const result = unit.decide(work);
      const changes = changesOf(result);
      work.insert(operatorActions, {
        id,
        at: work.now,
        actor: caller.subject,
        action,
        target,
        // People paste what they have at hand, tokens among it, and this row is never deleted.
        reason: scrub(reason).slice(0, longestReason),
        outcome: scrub(outcomeOf(result)).slice(0, longestOutcome),
        changes,
        traceId,
      });
      return result;
    },
  };
}
