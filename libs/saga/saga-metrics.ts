import { counter, gauge, histogram } from '#libs/observability/metrics.js';
import type { UnitOfWork } from '#libs/persistence/unit-of-work.js';
import type { ActiveSagas } from './active-sagas.query.js';
import { ignoredReasons, unrecorded } from './ignored.js';
import type { AnySagaDefinition } from './saga-definitions.js';
import { sagaTimeline } from './saga-timeline.row.js';
import { sagaOutcomes, stepResults, type TimelineEntry } from './timeline.js';

/** Seconds; a saga takes milliseconds when all is well and as long as it takes when not. */
const sagaBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600];

/**
 * Counts what sagas do, after the commit and from what was committed: a unit may be decided more than once, and one
 * that was rolled back has done nothing.
 */
export function countSagas<Act>(
  unitOfWork: Pick<UnitOfWork, 'onCommitted'>,
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
  declareGauges(labels, shared(findActive));
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

  return (saga, { kind, step, seconds = 0, ...entry }) => {
    if (kind === 'accepted') started.inc({ saga });
    if (entry.ignored) ignored.inc({ reason: entry.ignored });
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

function declareGauges(labels: SagaLabels, findActive: () => Promise<readonly ActiveSagas[]>): void {
  gauge({
    name: 'orders_saga_active',
    help: 'Sagas that are not over, by the step they wait at.',
    labels: { saga: labels.saga, step: labels.step },
    collect: async (active) => {
      const found = await findActive();
      // Emptied first: a step that nobody waits at any more has to go back to 0.
      for (const saga of labels.saga) for (const step of labels.step) active.set({ saga, step }, 0);
      for (const { saga, step, count } of found) active.set({ saga, step }, count);
    },
  });
  gauge({
    name: 'orders_saga_oldest_active_age_seconds',
    help: 'Age of the oldest saga that is not over; 0 when there is none.',
    labels: { saga: labels.saga },
    collect: async (oldest) => {
      const found = await findActive();
      for (const saga of labels.saga) {
        const ages = found.filter((group) => group.saga === saga).map(({ oldestSeconds }) => oldestSeconds);
        oldest.set({ saga }, Math.max(0, ...ages));
      }
    },
  });
  gauge({
    name: 'orders_saga_needs_attention',
    help: 'Sagas whose command has spent its alert budget without an answer.',
    labels: { saga: labels.saga },
    collect: async (needsAttention) => {
      const found = await findActive();
      for (const saga of labels.saga) {
        const counts = found.filter((group) => group.saga === saga).map(({ needAttention }) => needAttention);
        needsAttention.set(
          { saga },
          counts.reduce((sum, count) => sum + count, 0),
        );
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
