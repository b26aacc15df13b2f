import { planOf } from '../plan.js';
import type { Parts } from '../services/parts.js';
import { simulate, type Violation } from '../simulation.js';
import { Coverage } from '../world/coverage.js';

/** Seeds for a worker. */
export interface Batch {
  readonly from: number;
  readonly count: number;
}

export interface BatchResult {
  readonly count: number;
  readonly coverage: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly seed: number; readonly violation: Violation }[];
}

/** A worker: runs each batch that it is sent, until its parent is gone. */
export function serveSeeds(parts: Parts | undefined): Promise<number> {
  return new Promise((resolve) => {
    process.on(
      'message',
      (batch: Batch) => void runBatch(batch, parts).then((result) => process.send?.(result)),
    );
    process.on('disconnect', () => resolve(0));
    process.send?.('ready');
  });
}

export async function runBatch({ from, count }: Batch, parts: Parts | undefined): Promise<BatchResult> {
  const coverage = new Coverage();
  const failures: { seed: number; violation: Violation }[] = [];
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await simulate(planOf(seed), { parts });
    coverage.add(result.coverage.toJSON());
    coverage.count('events', result.eventCount);
    if (result.violation) failures.push({ seed, violation: result.violation });
  }
  return { count, coverage: coverage.toJSON(), failures };
}
