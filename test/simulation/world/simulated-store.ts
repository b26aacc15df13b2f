import { ConnectionLost } from '#libs/persistence/errors.js';
import type { CommitMark, Transaction, TransactionStore } from '#libs/persistence/transaction-store.js';
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

  async begin(): Promise<Transaction> {
    await this.#reach();
    const transaction = new SimulatedTransaction(this.database, this.life);
    // A server rolls back what was open when it notices that the client is gone.
    this.life.onEnd(() => transaction.abandon());
    return transaction;
  }

  async wasCommitted(mark: CommitMark): Promise<boolean> {
    await this.#reach();
    await this.database.underWay.get(mark.committer);
    return this.database.wasCommitted(mark);
  }

  async #reach(): Promise<void> {
    const { world } = this.database;
    await step(world, this.life, 0, 2);
    if (this.database.isAway || world.faults.strikes('connection-fails')) {
      throw new ConnectionLost(`${this.database.name} is away`);
    }
  }
}
