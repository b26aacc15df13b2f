import type { SagaInstance } from '../engine/instance.js';

/** The instance as it comes back from its row: what does not survive the database must not survive in a test. */
export function revived<Data>(instance: SagaInstance<Data>): SagaInstance<Data> {
  const { startedAt, finishedAt, deadlineAt, ...rest } = instance;
  return {
    ...(JSON.parse(JSON.stringify(rest)) as typeof rest),
    startedAt,
    finishedAt,
    deadlineAt,
  };
}
