import { counter, gauge, histogram } from '#libs/observability/metrics.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import type { ActiveSagas } from './active-sagas.query.js';
import { attentionCauses } from '../engine/attention.js';
import { contradictions } from '../engine/contradictions.js';
import { ignoredReasons, unrecorded } from '../engine/ignored.js';
import type { AnySagaDefinition } from '../definition/saga-definitions.js';
import { sagaTimeline } from './saga-timeline.row.js';
import { sagaOutcomes, stepResults, type TimelineEntry } from '../engine/timeline.js';

/** The label of sagas whose definition this process has no version of: names in rows do not become labels. */
const otherSaga = 'other';

/** Seconds; a saga takes milliseconds when all is well and as long as it takes when not. */
const sagaBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600];

/**
 * Counts what sagas do, after the commit and from what was committed: a unit may be decided more than once, and one
 * that was rolled back has done nothing.
 */
export function countSagas<Act>(
  unitOfWork: Pick<UnitOfWorkRunner, 'onCommitted'>,
  definitions: readonly AnySagaDefinition<Act>[],
  findActive: () => Promise<readonly ActiveSagas[]>,
): void {
  const labels = {
    saga: [...new Set(definitions.map(({ name }) => name))],
    step: [...new Set(definitions.flatMap(({ steps }) => steps.map(({ name }) => name)))],
  };
  const count = entryCounter(labels);
  unitOfWork.onCommitted(sagaTimeline, (rows) => {
    for (const { saga, entries } of rows) for (const entry of entries) count(saga, entry);
  });
  declareGauges(labels, definitions, shared(findActive));
}

interface SagaLabels {
  readonly saga: readonly string[];
  readonly step: readonly string[];
}

function entryCounter({ saga, step }: SagaLabels): (saga: string, entry: TimelineEntry) => void {
  const started = counter({
    name: 'orders_saga_started_total',
    help: 'Sagas begun.',
    labels: { saga },
  });
  const finished = counter({
    name: 'orders_saga_finished_total',
    help: 'Sagas that ended, by how.',
    labels: { saga, outcome: sagaOutcomes },
  });
  const duration = histogram({
    name: 'orders_saga_duration_seconds',
    help: 'From the begin of a saga to its end.',
    labels: { saga, outcome: sagaOutcomes },
    buckets: sagaBuckets,
  });
  const stepDuration = histogram({
    name: 'orders_saga_step_duration_seconds',
    help: "From the first time a step's command was asked to the answer that settled it, or to giving up.",
    labels: { saga, step, result: stepResults },
    buckets: sagaBuckets,
  });
  const retries = counter({
    name: 'orders_saga_step_retries_total',
    help: 'Commands asked again, because of silence or by an operator.',
    labels: { saga, step },
  });
  const compensations = counter({
    name: 'orders_saga_compensations_total',
    help: 'Steps that began to be undone.',
    labels: { saga, step },
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

function declareGauges<Act>(
  { saga: sagas, step: steps }: SagaLabels,
  definitions: readonly AnySagaDefinition<Act>[],
  findActive: () => Promise<readonly ActiveSagas[]>,
): void {
  const isKnown = ({ saga, version }: ActiveSagas): boolean =>
    definitions.some((known) => known.name === saga && known.version === version);
  const labelOf = ({ saga }: ActiveSagas): string => (sagas.includes(saga) ? saga : otherSaga);
  // A gauge begins each look at 0: what nobody waits at any more has to go back there.
  gauge({
    name: 'orders_saga_active',
    help: 'Sagas that are not over, by the step they wait at.',
    labels: { saga: sagas, step: steps },
    collect: async (active) => {
      const found = (await findActive()).filter(isKnown);
      for (const saga of sagas) for (const step of steps) active.set({ saga, step }, 0);
      for (const { saga, step, count } of found) if (steps.includes(step)) active.inc({ saga, step }, count);
    },
  });
  gauge({
    name: 'orders_saga_unknown',
    help: 'Sagas that are not over, of a version that this process does not know and leaves to others.',
    labels: { saga: [...sagas, otherSaga] },
    collect: async (unknown) => {
      const found = (await findActive()).filter((group) => !isKnown(group));
      for (const saga of [...sagas, otherSaga]) unknown.set({ saga }, 0);
      for (const group of found) unknown.inc({ saga: labelOf(group) }, group.count);
    },
  });
  gauge({
    name: 'orders_saga_oldest_active_age_seconds',
    help: 'Age of the oldest saga that is not over; 0 when there is none.',
    labels: { saga: [...sagas, otherSaga] },
    collect: async (oldest) => {
      const found = await findActive();
      for (const saga of [...sagas, otherSaga]) {
        const ages = found
          .filter((group) => labelOf(group) === saga)
          .map(({ oldestSeconds }) => oldestSeconds);
        oldest.set({ saga }, Math.max(0, ...ages));
      }
    },
  });
  gauge({
    name: 'orders_saga_needs_attention',
    help: 'Sagas that somebody should look at: nobody answers within the alert budget, or a defect keeps them.',
    labels: { saga: [...sagas, otherSaga], cause: attentionCauses },
    collect: async (needsAttention) => {
      const found = await findActive();
      for (const cause of attentionCauses) {
        for (const saga of [...sagas, otherSaga]) needsAttention.set({ saga, cause }, 0);
        for (const group of found) needsAttention.inc({ saga: labelOf(group), cause }, group[cause]);
      }
    },
  });
}

/** One look for all gauges of a scrape: they ask in the same moment. */
function shared<Result>(look: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined;
  return () =>
    (running ??= look().finally(() => {
      running = undefined;
    }));
}
