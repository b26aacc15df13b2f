import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Violation } from '../simulation.js';
import { Coverage } from '../world/coverage.js';
import type { BatchResult } from './serve-seeds.js';

export interface Failure {
  readonly seed: number;
  readonly violation: Violation;
}

export interface RunSeedsOptions {
  readonly bug: string | undefined;
  readonly workers: number | undefined;
  readonly onProgress: (done: number) => void;
}

export interface SeedsResult {
  readonly done: number;
  readonly coverage: Coverage;
  /** The lowest seed first. */
  readonly failures: readonly Failure[];
}

const batchSize = 20;
const script = fileURLToPath(new URL('../../../scripts/simulate.mjs', import.meta.url));

/** Runs seeds in several processes. After a failure no further batch is begun; those that were begun are finished. */
export async function runSeeds(from: number, count: number, options: RunSeedsOptions): Promise<SeedsResult> {
  const coverage = new Coverage();
  const failures: Failure[] = [];
  let next = from;
  let done = 0;

  const serve = (worker: ChildProcess): Promise<void> =>
    new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`)),
      );
      worker.on('message', (message: BatchResult | 'ready') => {
        if (message !== 'ready') {
          done += message.count;
          coverage.add(message.coverage);
          failures.push(...message.failures);
          options.onProgress(done);
        }
        const left = from + count - next;
        if (left === 0 || failures.length > 0) return worker.disconnect();
        const batch = { from: next, count: Math.min(batchSize, left) };
        next += batch.count;
        worker.send(batch);
      });
    });

  const wanted = Math.min(options.workers ?? availableParallelism(), Math.ceil(count / batchSize));
  const args = ['--serve', ...(options.bug === undefined ? [] : ['--bug', options.bug])];
  const workers = Array.from({ length: Math.max(1, wanted) }, () => fork(script, args));
  try {
    await Promise.all(workers.map(serve));
  } finally {
    for (const worker of workers) worker.kill();
  }
  return { done, coverage, failures: failures.sort((a, b) => a.seed - b.seed) };
}
