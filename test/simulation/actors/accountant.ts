import { Fault, Refusal } from '#libs/kernel/errors.js';
import { newId } from '#libs/kernel/ids.js';
import type { UnitOfWork } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { reconciliationFindings } from '../../../apps/order-service/src/operations/reconciliation/reconciliation-finding.row.js';
import { reconciliationRuns } from '../../../apps/order-service/src/operations/reconciliation/reconciliation-run.row.js';
import { fixFinding } from '../../../apps/order-service/src/operations/reconciliation/run/fix-finding.unit.js';
import { startReconciliation } from '../../../apps/order-service/src/operations/reconciliation/run/start-reconciliation.unit.js';
import type { Report } from '../invariants/commit-observer.js';
import type { Cluster, Databases } from '../services/cluster.js';
import { quietSeconds, type OrderProcess } from '../services/order-process.js';
import type { World } from '../world/simulation-world.js';

/** Somebody who has the books compared at any moment, and has given back what nobody may keep, with two clicks each. */
export class Accountant {
  /** The comparison that is to show that the books agree. */
  #closing: string | undefined;
  #fixedAt = 0;

  constructor(
    private readonly world: World,
    private readonly cluster: Cluster,
    private readonly databases: Databases,
    private readonly report: Report,
  ) {}

  /** Whether no comparison is under way. */
  get isIdle(): boolean {
    return [...this.databases.orders.all(reconciliationRuns)].every(({ endedAt }) => endedAt !== null);
  }

  compare(id = newId()): void {
    const start = { id, startedBy: 'accountant', since: null };
    this.#run('compare', ({ outbox }) => startReconciliation(start, outbox));
  }

  fix(): void {
    for (const finding of this.#open()) {
      for (let click = 1; click <= 2; click += 1) {
        this.#run('fix', ({ runner }) => fixFinding(finding, { preview: false }, runner));
      }
    }
  }

  /**
   * To be asked again and again while everything is idle: compares, gives back what is found, and compares again.
   * @returns whether the last comparison found nothing that can be given back.
   */
  closeBooks(lastChangeAt: number): boolean {
    const { now } = this.world.schedule;
    // A comparison leaves out what has just changed, and clocks are apart, too.
    if (now - Math.max(lastChangeAt, this.#fixedAt) < (quietSeconds + 5) * 1_000) return false;
    const run = this.#closing === undefined ? undefined : this.#runOf(this.#closing);
    if (run?.state !== 'finished') {
      this.compare((this.#closing = newId()));
      return false;
    }
    if (this.#open().length === 0) return true;
    this.fix();
    this.#fixedAt = now;
    this.#closing = undefined;
    return false;
  }

  #open() {
    return [...this.databases.orders.all(reconciliationFindings)].filter(
      ({ state, fix }) => state === 'open' && fix !== null,
    );
  }

  #runOf(id: string) {
    return this.databases.orders.peek(reconciliationRuns, id);
  }

  #run(what: string, unitFor: (process: OrderProcess) => UnitOfWork<unknown>): void {
    const process = this.cluster.someOrderProcess;
    if (!process) return;
    const { coverage } = this.world;
    process.units.run(unitFor(process)).then(
      () => coverage.count(`accountant.${what}`),
      (error: unknown) => {
        // Somebody else compares, or has been faster; or the database is away, and the next one will do it.
        if (error instanceof Refusal) coverage.count(`refusal.${error.code}`);
        else if (!(error instanceof Fault))
          this.report('operators are not answered with a defect', String(error));
      },
    );
  }
}
