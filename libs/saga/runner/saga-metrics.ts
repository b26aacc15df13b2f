import { counter, gauge, histogram } from '#libs/observability/metrics.js';
import type { StatsRefresher } from '#libs/observability/stats-refresher.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import type { ActiveSagas } from './active-sagas.query.js';
import { attentionCauses } from '../engine/attention.js';
import { contradictions } from '../engine/contradictions.js';
import { ignoredReasons, unrecorded } from '../engine/ignored.js';
import type { AnySagaDefinition } from '../definition/saga-definitions.js';
import { possibleContradictions, possibleOutcomes, possibleResults } from '../engine/possible.js';
import { sagaTimeline } from './saga-timeline.row.js';
import { sagaOutcomes, stepResults, type TimelineEntry } from '../engine/timeline.js';

/** The label of sagas whose definition this process has no version of: names in rows do not become labels. */
const otherSaga = 'other';

/** Seconds; a saga takes milliseconds when all is well, and as long as its deadlines when not. */
const sagaBuckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 900];

/**
 * Counts what sagas do, after the commit and from what was committed: a unit may be decided more than once, and one
 * that was rolled back has done nothing. What no version of a definition allows has no series.
 */
export function countSagas<Act>(
  unitOfWork: Pick<UnitOfWorkRunner, 'onCommitted'>,
  definitions: readonly AnySagaDefinition<Act>[],
): void {
  const count = entryCounter(definitions);
  unitOfWork.onCommitted(sagaTimeline, (rows) => {
    for (const { saga, entries } of rows) for (const entry of entries) count(saga, entry);
  });
}

const namesOf = <Act>(definitions: readonly AnySagaDefinition<Act>[]) => ({
  saga: [...new Set(definitions.map(({ name }) => name))],
  step: [...new Set(definitions.flatMap(({ steps }) => steps.map(({ name }) => name)))],
});

const stepsOf = <Act>(definitions: readonly AnySagaDefinition<Act>[]) =>
  definitions.flatMap(({ name, steps }) =>
    steps.map((step) => ({ labels: { saga: name, step: step.name }, step })),
  );

function entryCounter<Act>(
  definitions: readonly AnySagaDefinition<Act>[],
): (saga: string, entry: TimelineEntry) => void {
  const { saga, step } = namesOf(definitions);
  const steps = stepsOf(definitions);
  const outcomes = definitions.flatMap((definition) =>
    possibleOutcomes(definition).map((outcome) => ({ saga: definition.name, outcome })),
  );
  const started = counter({
    name: 'orders_saga_started_total',
    help: 'Sagas begun.',
    labels: { saga },
  });
  const finished = counter({
    name: 'orders_saga_finished_total',
    help: 'Sagas that ended, by how.',
    labels: { saga, outcome: sagaOutcomes },
    combinations: outcomes,
  });
  const duration = histogram({
    name: 'orders_saga_duration_seconds',
    help: 'From the begin of a saga to its end.',
    labels: { saga, outcome: sagaOutcomes },
    combinations: outcomes,
    buckets: sagaBuckets,
  });
  const stepDuration = histogram({
    name: 'orders_saga_step_duration_seconds',
    help: "From the first time a step's command was asked to the answer that settled it, or to giving up.",
    labels: { saga, step, result: stepResults },
    combinations: steps.flatMap(({ labels, step }) =>
      possibleResults(step).map((result) => ({ ...labels, result })),
    ),
    buckets: sagaBuckets,
  });
  const retries = counter({
    name: 'orders_saga_step_retries_total',
    help: 'Commands asked again, because of silence or by an operator.',
    labels: { saga, step },
    combinations: steps.map(({ labels }) => labels),
  });
  const compensations = counter({
    name: 'orders_saga_compensations_total',
    help: 'Steps that began to be undone.',
    labels: { saga, step },
    combinations: steps.filter(({ step }) => step.compensate).map(({ labels }) => labels),
  });
  const ignored = counter({
    name: 'orders_saga_ignored_replies_total',
    help: 'Replies and requests that changed nothing, by why.',
    labels: { reason: ignoredReasons.filter((reason) => !unrecorded.has(reason)) },
  });

  const contradicting = counter({
    name: 'orders_saga_contradictions_total',
    help: 'Replies that contradict one that their participant gave before, by how.',
    labels: { saga, contradiction: contradictions },
    combinations: definitions.flatMap((definition) =>
      possibleContradictions(definition).map((contradiction) => ({ saga: definition.name, contradiction })),
    ),
  });

  return (saga, { kind, step, seconds = 0, ...entry }) => {
    if (kind === 'accepted') started.inc({ saga });
    if (entry.ignored) ignored.inc({ reason: entry.ignored });
    if (entry.contradiction) contradicting.inc({ saga, contradiction: entry.contradiction });
    if (entry.outcome) {
      finished.inc({ saga, outcome: entry.outcome });
      duration.observe({ saga, outcome: entry.outcome }, seconds);
    }
    if (step === null) return;
    if (kind === 'retried') retries.inc({ saga, step });
    if (kind === 'compensating') compensations.inc({ saga, step });
    if (entry.result) stepDuration.observe({ saga, step, result: entry.result }, seconds);
  };
}

/** Shows the sagas that are not over, as they were when they were last looked up. */
export function showActiveSagas<Act>(
  stats: Pick<StatsRefresher, 'keep'>,
  definitions: readonly AnySagaDefinition<Act>[],
  findActive: () => Promise<readonly ActiveSagas[]>,
): void {
  const { saga: known, step } = namesOf(definitions);
  const sagas = [...known, otherSaga];
  const steps = stepsOf(definitions).map(({ labels }) => labels);
  const isKnown = ({ saga, version }: ActiveSagas): boolean =>
    definitions.some((known) => known.name === saga && known.version === version);
  const labelOf = ({ saga }: ActiveSagas): string => (known.includes(saga) ? saga : otherSaga);
  const active = gauge({
    name: 'orders_saga_active',
    help: 'Sagas that are not over, by the step they wait at.',
    labels: { saga: known, step },
    combinations: steps,
  });
  const unknown = gauge({
    name: 'orders_saga_unknown',
    help: 'Sagas that are not over, of a version that this process does not know and leaves to others.',
    labels: { saga: sagas },
  });
  const oldest = gauge({
    name: 'orders_saga_oldest_active_age_seconds',
    help: 'Age of the oldest saga that is not over; 0 when there is none.',
    labels: { saga: sagas },
  });
  const needsAttention = gauge({
    name: 'orders_saga_needs_attention',
    help: 'Sagas that somebody should look at: nobody answers within the alert budget, or a defect keeps them.',
    labels: { saga: sagas, cause: attentionCauses },
  });
  stats.keep({
    name: 'sagas',
    look: findActive,
    show: (groups) => {
      for (const labels of steps) {
        const here = ({ saga, step }: ActiveSagas) => saga === labels.saga && step === labels.step;
        active.set(
          labels,
          total(
            groups.filter((group) => isKnown(group) && here(group)),
            'count',
          ),
        );
      }
      for (const saga of sagas) {
        const ofSaga = groups.filter((group) => labelOf(group) === saga);
        unknown.set(
          { saga },
          total(
            ofSaga.filter((group) => !isKnown(group)),
            'count',
          ),
        );
        oldest.set({ saga }, Math.max(0, ...ofSaga.map(({ oldestSeconds }) => oldestSeconds)));
        for (const cause of attentionCauses) needsAttention.set({ saga, cause }, total(ofSaga, cause));
      }
    },
  });
}

const total = (groups: readonly ActiveSagas[], field: 'count' | 'unanswered' | 'defect'): number =>
  groups.reduce((sum, group) => sum + group[field], 0);
