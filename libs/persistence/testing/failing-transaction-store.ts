import { LockTimeout } from '../database/errors.js';
import { keyText, type KeyText } from '../unit-of-work/key.js';
import type { AnyTable } from '../database/table.js';
import type {
  CommitMark,
  TableChanges,
  TableLoad,
  Transaction,
  TransactionOptions,
  TransactionStore,
} from '../unit-of-work/transaction-store.js';

export type FailurePoint = 'begin' | 'load' | 'write' | 'commit' | 'wasCommitted';

interface PlannedFailure {
  readonly point: FailurePoint;
  readonly error: unknown;
  /** Whether the step still happens: a COMMIT that arrived and whose answer was lost. */
  readonly happens: boolean;
}

/** A store that fails where a test says: each planned failure once, in the order planned. */
export class FailingTransactionStore implements TransactionStore {
  /** Every step that was asked for, failed or not. */
  readonly steps: FailurePoint[] = [];
  readonly marks: CommitMark[] = [];
  /** Keys that another session has locked, as `Row class key`. */
  readonly held = new Set<string>();
  /** Held rows are being made: a transaction does not see them when it loads. */
  makingOnly = false;
  /** Is told how long a transaction has waited for one of them in vain. */
  whenBlocked: (seconds: number) => Promise<void> = () => Promise.resolve();
  private readonly planned: PlannedFailure[] = [];

  constructor(private readonly inner: TransactionStore) {}

  fail(point: FailurePoint, error: unknown, { happens = false, times = 1 } = {}): this {
    for (let time = 0; time < times; time += 1) this.planned.push({ point, error, happens });
    return this;
  }

  begin(mark: CommitMark, options: TransactionOptions): Promise<Transaction> {
    this.marks.push({ ...mark });
    return this.step(
      'begin',
      async () => new FailingTransaction(this, await this.inner.begin(mark, options), options),
    );
  }

  async lockedKeys(loads: readonly TableLoad[]): Promise<ReadonlyMap<AnyTable, ReadonlySet<KeyText>>> {
    const held = loads.map(({ table, keys }) => {
      const texts = keys
        .map((key) => keyText(key))
        .filter((key) => this.held.has(`${table.row.name} ${key}`));
      return [table, new Set(texts)] as const;
    });
    return new Map(held);
  }

  async comesFree(table: AnyTable, key: unknown, seconds: number): Promise<boolean> {
    const isHeld = (): boolean => this.held.has(`${table.row.name} ${keyText(key)}`);
    if (isHeld()) await this.whenBlocked(seconds);
    return !isHeld();
  }

  wasCommitted(mark: CommitMark): Promise<boolean> {
    return this.step('wasCommitted', () => this.inner.wasCommitted(mark));
  }

  async step<Result>(
    point: FailurePoint,
    run: () => Promise<Result>,
    skip?: () => Promise<void>,
  ): Promise<Result> {
    this.steps.push(point);
    const index = this.planned.findIndex((failure) => failure.point === point);
    const [failure] = index < 0 ? [] : this.planned.splice(index, 1);
    if (!failure) return run();
    if (failure.happens) await run();
    else await skip?.();
    throw failure.error;
  }
}

class FailingTransaction implements Transaction {
  constructor(
    private readonly store: FailingTransactionStore,
    private readonly inner: Transaction,
    private readonly options: TransactionOptions,
  ) {}

  load(tables: readonly TableLoad[]): Promise<readonly (readonly object[])[]> {
    return this.store.step('load', async () => {
      const locked = await this.store.lockedKeys(tables.filter(({ mode }) => mode === 'lock'));
      if (!this.store.makingOnly && [...locked.values()].some(({ size }) => size > 0)) {
        // The store in memory has one transaction at a time; this one is not to keep others from it while it waits.
        await this.inner.rollback();
        await this.store.whenBlocked(this.options.lockWaitSeconds);
        throw new LockTimeout('lock wait timeout');
      }
      return this.inner.load(tables);
    });
  }

  write(changes: readonly TableChanges[]): Promise<void> {
    return this.store.step('write', () => this.inner.write(changes));
  }

  /** A commit that does not happen is rolled back: that is what a database does when the connection goes. */
  commit(): Promise<void> {
    return this.store.step(
      'commit',
      () => this.inner.commit(),
      () => this.inner.rollback(),
    );
  }

  rollback(): Promise<void> {
    return this.inner.rollback();
  }
}
