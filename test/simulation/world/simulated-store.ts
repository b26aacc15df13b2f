import { ConnectionLost } from '#libs/persistence/database/errors.js';
import { keyText, type KeyText } from '#libs/persistence/unit-of-work/key.js';
import type { AnyTable } from '#libs/persistence/database/table.js';
import type {
  CommitMark,
  TableLoad,
  Transaction,
  TransactionOptions,
  TransactionStore,
} from '#libs/persistence/unit-of-work/transaction-store.js';
import type { Life } from './life.js';
import type { SimulatedDatabase } from './simulated-database.js';
import { SimulatedTransaction } from './simulated-transaction.js';
import { step } from './simulation-world.js';

/** The database as one process reaches it. */
export class SimulatedStore implements TransactionStore {
  constructor(
    private readonly database: SimulatedDatabase,
    private readonly life: Life,
  ) {}

  async begin(mark: CommitMark, options: TransactionOptions): Promise<Transaction> {
    await this.#reach();
    const transaction = new SimulatedTransaction(this.database, this.life, mark, options);
    // A server rolls back open transactions when it notices that the client is gone.
    this.life.onEnd(() => transaction.abandon());
    return transaction;
  }

  async lockedKeys(loads: readonly TableLoad[]): Promise<ReadonlyMap<AnyTable, ReadonlySet<KeyText>>> {
    await this.#reach();
    const locked = loads
      .filter(({ mode }) => mode === 'lock')
      .map(({ table, keys }) => {
        const held = keys
          .map((key) => keyText(key))
          .filter((key) => this.database.has(table, key) && !this.database.locks.isFree(table.row, key));
        return [table, new Set(held)] as const;
      });
    return new Map(locked);
  }

  async comesFree(table: AnyTable, key: unknown, seconds: number): Promise<boolean> {
    await this.#reach();
    const waiter = {};
    const { locks } = this.database;
    this.life.onEnd(() => locks.release(waiter));
    const granted = locks.acquire(table.row, keyText(key), waiter) ?? Promise.resolve();
    const cameFree = await new Promise<boolean>((resolve) => {
      const timer = this.life.after(seconds * 1000, () => resolve(false));
      void granted.then(() => {
        timer.cancel();
        resolve(true);
      });
    });
    locks.release(waiter);
    return cameFree;
  }

  async wasCommitted(mark: CommitMark): Promise<boolean> {
    await this.#reach();
    await this.database.underWay.get(mark.committer);
    return this.database.wasCommitted(mark);
  }

  async #reach(): Promise<void> {
    const { world } = this.database;
    await step(world, this.life, 0, 2);
    this.database.expectReachable();
    if (world.faults.strikes('connection-fails')) throw new ConnectionLost('the connection is refused');
  }
}
