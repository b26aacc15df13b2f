import { Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { newId } from '#libs/kernel/ids.js';
import { housekeepingMetrics } from './housekeeping-metrics.js';
import { adaptiveBatchSize, restMs } from './adaptive-batch-size.js';
import type { Position, Prunable, Pruned } from './prunable.js';
import { PruneLeases, type PruneLease, type LeaseEnd } from './prune-lease.js';

const longestLookMs = 30_000;
const shortestLookMs = 100;

/** Then other tables have their turn; what is left goes on after them. */
const maxLeaseMs = 120_000;

/** After a failure: long enough for what is away to come back, and for others to get on. */
const retryMs = 60_000;

export interface HousekeepingSettings {
  /** From the end of a pass through a table to the beginning of the next one. */
  readonly everySeconds: number;
  /** Divides how long rows are kept, and the time between passes. For tests. */
  readonly timeScale: number;
}

/**
 * Deletes what nobody needs any more, table after table, in small batches: a long transaction would hold up the units of
 * work that insert, and its undo log all that reads. One process at a time prunes a table (prune-lease.ts); whichever comes next
 * goes on where it stopped, or died.
 */
export class Housekeeper {
  readonly #logger = new Logger('Housekeeper');
  readonly #stopping = new AbortController();
  readonly #leases: PruneLeases;
  #working: Promise<void> = Promise.resolve();
  #failing = false;
  #known = false;

  constructor(
    private readonly source: DataSource,
    private readonly prunables: readonly Prunable[],
    private readonly settings: HousekeepingSettings,
  ) {
    this.#leases = new PruneLeases(source, newId());
    for (const { table } of prunables) {
      housekeepingMetrics.pruned.inc({ table }, 0);
      housekeepingMetrics.failures.inc({ table }, 0);
    }
  }

  start(): void {
    this.#working = this.#work();
  }

  /** Resolves when the batch in hand is done; the rest is another process's at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  /** Prunes every table that is due. Never rejects: the next look comes anyway. */
  async look(): Promise<void> {
    try {
      if (!this.#known) await this.#leases.know(this.prunables.map(({ table }) => table));
      this.#known = true;
      const due = await this.#leases.due();
      for (const prunable of this.prunables) {
        if (due.has(prunable.table) && !this.#stopping.signal.aborted) await this.#takeLease(prunable);
      }
      this.#failing = false;
    } catch (error) {
      // Said once per outage, not at every look for as long as it lasts.
      if (!this.#failing) this.#logger.warn('housekeeping cannot go on for now', error);
      this.#failing = true;
    }
  }

  async #work(): Promise<void> {
    const everyMs = this.#everyMs;
    while (!this.#stopping.signal.aborted) {
      // Before the first look, too: not right at the start, when everything else starts.
      await this.#rest(Math.min(longestLookMs, Math.max(shortestLookMs, everyMs / 4)));
      if (!this.#stopping.signal.aborted) await this.look();
    }
  }

  get #everyMs(): number {
    return (this.settings.everySeconds * 1000) / this.settings.timeScale;
  }

  async #takeLease(prunable: Prunable): Promise<void> {
    const keepMs = (prunable.keepSeconds * 1000) / this.settings.timeScale;
    const lease = await this.#leases.take(prunable.table, keepMs);
    if (!lease) return;
    const end = await this.#pass(prunable, lease);
    if (end === 'taken-over') return;
    const nextInMs = { through: this.#everyMs, 'cut-short': 0, failed: Math.min(retryMs, this.#everyMs) };
    await this.#leases.end(lease, end, nextInMs[end.result]);
  }

  /** Batch after batch, until the pass is through or the time is up. */
  async #pass(prunable: Prunable, lease: PruneLease): Promise<LeaseEnd | 'taken-over'> {
    const until = performance.now() + maxLeaseMs;
    let { position } = lease;
    let reached: Date | null = null;
    let limit = prunable.batchSize;
    try {
      for (;;) {
        const { pruned, tookMs } = await this.#batch(prunable, lease, position, limit);
        position = pruned.next;
        reached = pruned.reached ?? reached;
        if (position === null) return { result: 'through' };
        if (!(await this.#leases.goOn(lease, position))) return 'taken-over';
        limit = adaptiveBatchSize(limit, tookMs, prunable.batchSize);
        await this.#rest(restMs(tookMs));
        if (this.#stopping.signal.aborted || performance.now() > until) {
          return { result: 'cut-short', position, reached };
        }
      }
    } catch (error) {
      housekeepingMetrics.failures.inc({ table: lease.table });
      this.#logger.warn('a table could not be pruned', { table: lease.table }, error);
      return { result: 'failed', position, reached };
    }
  }

  async #batch(prunable: Prunable, { before }: PruneLease, after: Position | null, limit: number) {
    const startedAt = performance.now();
    const pruned: Pruned = await prunable.prune(this.source, { before, after, limit });
    const tookMs = performance.now() - startedAt;
    housekeepingMetrics.batch.observe({ table: prunable.table }, tookMs / 1000);
    for (const [table, rows] of Object.entries(pruned.deleted)) {
      housekeepingMetrics.pruned.inc({ table }, rows);
    }
    return { pruned, tookMs };
  }

  /** Ends at once when everything is to end. */
  async #rest(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined);
  }
}
