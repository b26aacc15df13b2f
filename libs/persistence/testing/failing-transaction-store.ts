import type {
  CommitMark,
  TableChanges,
  TableLoad,
  Transaction,
  TransactionStore,
} from '../transaction-store.js';

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
  private readonly planned: PlannedFailure[] = [];

  constructor(private readonly inner: TransactionStore) {}

  fail(point: FailurePoint, error: unknown, { happens = false, times = 1 } = {}): this {
    for (let time = 0; time < times; time += 1) this.planned.push({ point, error, happens });
    return this;
  }

  begin(): Promise<Transaction> {
    return this.step('begin', async () => new FailingTransaction(this, await this.inner.begin()));
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
  ) {}

  load(tables: readonly TableLoad[]): Promise<readonly (readonly object[])[]> {
    return this.store.step('load', () => this.inner.load(tables));
  }

  write(changes: readonly TableChanges[], mark: CommitMark): Promise<void> {
    return this.store.step('write', () => this.inner.write(changes, mark));
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
