import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '#libs/kernel/ids.js';
import type { Outbox } from '#libs/messaging/outbox';
import { counter, gauge } from '#libs/observability';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work';
import type { ReconciliationRunRow } from '../reconciliation-run.row.js';
import type { ViewRepair } from '../../../queries/order-view/view-repair.js';
import { endRun, keepFindings, markGone } from './compare.unit.js';
import type { ListedItems } from './listed-items.js';
import type { ReconciliationBatches } from './reconciliation-batches.reader.js';
import { startReconciliation } from './start-reconciliation.unit.js';
import { claimRun } from './watch-run.unit.js';

const intervalMs = 1_000;

/** Not right at the start, when everything else starts, too. */
const firstScheduleMs = 600_000;
const scheduleEveryMs = 60_000;

/** What the schedule looks through; older orders are looked through on demand. */
const scheduledDays = 30;

const runs = counter({
  name: 'orders_reconciliation_runs_total',
  help: 'Reconciliations that ended, by how.',
  labels: { result: ['finished', 'failed'] },
});

const interval = gauge({
  name: 'orders_reconciliation_interval_seconds',
  help: 'How often a reconciliation is to begin by itself; 0: only on demand.',
});

export interface ReconciliationSettings {
  /** 0: only on demand. */
  readonly everyHours: number;
  /** Orders that changed so shortly before a run are left for the next one. */
  readonly quietSeconds: number;
}

/**
 * Carries reconciliations to their end: asks again for pages that do not come, compares, and begins a run when one is due.
 * Every process with the role ops has one; a run belongs to whichever took its turn, for as long as it goes on.
 */
export class ReconciliationWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('Reconciliation');
  readonly #stopping = new AbortController();
  #working: Promise<void> = Promise.resolve();
  #scheduleAt = performance.now() + firstScheduleMs;
  /** The worker before this one may have died before all that it listed was removed. */
  #isLeftOver = true;
  #failing = false;

  constructor(
    private readonly units: UnitOfWorkRunner,
    private readonly outbox: Outbox,
    private readonly batches: Pick<ReconciliationBatches, 'next' | 'gone' | 'due'>,
    private readonly items: Pick<ListedItems, 'removeLeftOver'>,
    private readonly views: Pick<ViewRepair, 'compare'>,
    private readonly settings: ReconciliationSettings,
  ) {
    interval.set(settings.everyHours * 3_600);
  }

  onApplicationBootstrap(): void {
    this.#working = this.#work();
  }

  /** Resolves when the batch in hand is done. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.look();
      await pause(intervalMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  /** Does what is due. Never rejects: the next look comes anyway. */
  async look(): Promise<void> {
    try {
      await this.#startWhenScheduled();
      for (const runId of await this.batches.due()) await this.#attend(runId);
      await this.#removeLeftOver();
      this.#failing = false;
    } catch (error) {
      // Said once per outage, not every second for as long as it lasts.
      if (!this.#failing) this.#logger.warn('reconciliation cannot go on for now', error);
      this.#failing = true;
    }
  }

  async #startWhenScheduled(): Promise<void> {
    const { everyHours } = this.settings;
    if (everyHours === 0 || performance.now() < this.#scheduleAt) return;
    this.#scheduleAt = performance.now() + scheduleEveryMs;
    const since = new Date(Date.now() - scheduledDays * 86_400_000);
    const schedule = { id: newId(), startedBy: 'schedule', since, notWithinSeconds: everyHours * 3_600 };
    await this.units.run(startReconciliation(schedule, this.outbox));
  }

  async #removeLeftOver(): Promise<void> {
    if (!this.#isLeftOver) return;
    await this.items.removeLeftOver();
    this.#isLeftOver = false;
  }

  async #attend(runId: string): Promise<void> {
    const claim = await this.units.run(claimRun(runId, this.outbox));
    if (claim === 'given-up') {
      this.#ended('failed');
      this.#logger.error(`reconciliation ${runId} failed: a participant did not list what it has`);
    } else if (typeof claim === 'object') {
      await this.#compare(claim.mine);
    }
  }

  async #compare(mine: ReconciliationRunRow): Promise<void> {
    let { state, comparedTo } = mine;
    while (!this.#stopping.signal.aborted) {
      const run = { ...mine, state, comparedTo };
      const batch = await this.batches.next(run, this.settings.quietSeconds);
      // Their events have long come, too; a view that they have not reached is repaired at once, and is no finding.
      await this.views.compare(batch.orders, 'reconciliation');
      if (!(await this.units.run(keepFindings({ ...batch, run, orders: batch.orders.length })))) return;
      if (batch.comparedTo !== null) {
        comparedTo = batch.comparedTo;
      } else if (state === 'orders') {
        [state, comparedTo] = ['items', null];
      } else {
        if ((await this.#markGone(run)) && (await this.units.run(endRun(run)))) this.#ended('finished');
        return;
      }
    }
  }

  /** @returns false when another worker has gone on in the meantime. */
  async #markGone(run: ReconciliationRunRow): Promise<boolean> {
    for (let after: string | null = null; ;) {
      const { findings, next } = await this.batches.gone(run, after, this.settings.quietSeconds);
      if (!(await this.units.run(markGone(run, findings)))) return false;
      if (next === null) return true;
      after = next;
    }
  }

  #ended(result: 'finished' | 'failed'): void {
    runs.inc({ result });
    this.#isLeftOver = true;
  }
}
