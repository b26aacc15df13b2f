import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { bytesToId, newId } from '#libs/kernel/ids.js';
import { Outbox } from '#libs/messaging/outbox';
import { InjectBackgroundSource } from '#libs/persistence/database';
import { InjectUnitOfWorkRunner, type UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import type { OperatorJobRow } from '../jobs/operator-job.row.js';
import { claimJob, releaseJob } from './job-lease.unit.js';
import { MatchingMessagesReader } from './matching-messages.reader.js';
import { runBatch, type Batch } from './run-batch.unit.js';

const intervalMs = 1_000;
const batchRows = 100;
/** Bodies of a batch are in memory together, and in one transaction. */
const batchBytes = 4 * 1024 * 1024;

/**
 * Does the jobs that redrive or discard many parked messages, batch by batch. Every process with the role ops runs
 * one; a lease sees to it that one has a job in hand, and the next goes on where a dead one stopped.
 */
@Injectable()
export class ParkedJobWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ParkedJobWorker');
  private readonly stopping = new AbortController();
  private readonly owner = newId();
  private working: Promise<void> = Promise.resolve();
  private failing = false;

  constructor(
    @InjectUnitOfWorkRunner() private readonly units: UnitOfWorkRunner,
    @InjectBackgroundSource() private readonly source: DataSource,
    private readonly matching: MatchingMessagesReader,
    private readonly outbox: Outbox,
  ) {}

  onApplicationBootstrap(): void {
    this.working = this.work();
  }

  /** Resolves when the batch in hand is done; the rest of its job is another worker's at once. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const found = await this.workOnce();
      if (!found) await pause(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Never rejects: a job whose batch failed is claimed again when its lease is over. */
  private async workOnce(): Promise<boolean> {
    try {
      const job = await this.claim();
      if (job) await this.carryOn(job);
      this.failing = false;
      return job !== null;
    } catch (error) {
      if (!this.failing) this.logger.warn('jobs cannot be gone on with for now', error);
      this.failing = true;
      return false;
    }
  }

  private async claim(): Promise<OperatorJobRow | null> {
    const [free] = await this.source.query<{ id: Buffer }[]>(
      `SELECT id FROM operator_jobs WHERE state = 'running' AND lease_until <= UTC_TIMESTAMP(6)
       ORDER BY lease_until LIMIT 1`,
    );
    return free ? this.units.run(claimJob(bytesToId(free.id), this.owner)) : null;
  }

  private async carryOn(claimed: OperatorJobRow): Promise<void> {
    let job: OperatorJobRow | null = claimed;
    try {
      while (job?.state === 'running' && !this.stopping.signal.aborted) {
        job = await this.units.run(runBatch(job, await this.nextBatch(job), this.outbox));
      }
      if (job?.state === 'finished') this.logger.log('job finished', { kind: job.kind, count: job.done });
    } finally {
      // Nothing left to say when that fails, too: the lease is over by itself.
      if (job?.state === 'running') await this.units.run(releaseJob(job)).catch(() => undefined);
    }
  }

  private async nextBatch({ filter, createdAt, position }: OperatorJobRow): Promise<Batch> {
    const found = await this.matching.next(filter, createdAt, position, batchRows);
    let bytes = 0;
    const fitting = found.filter(({ sizeBytes }, index) => (bytes += sizeBytes) <= batchBytes || index === 0);
    return { messages: fitting, last: fitting.length === found.length && found.length < batchRows };
  }
}
