import { ConnectionLost, Contention, DuplicateKey, LockTimeout } from '#libs/persistence/database/errors.js';
import { Defect } from '#libs/kernel/errors.js';
import { keyText, type KeyText } from '#libs/persistence/unit-of-work/key.js';
import { rowInto } from '#libs/persistence/testing/row-copy.js';
import type { AnyTable } from '#libs/persistence/database/table.js';
import type {
  CommitMark,
  TableChanges,
  TableLoad,
  Transaction,
  TransactionOptions,
} from '#libs/persistence/unit-of-work/transaction-store.js';
import type { Life } from './life.js';
import type { RowWrite, SimulatedDatabase } from './simulated-database.js';
import { never, step } from './simulation-world.js';

/**
 * READ COMMITTED with row locks: rows that are loaded with `lock` belong to the transaction until its end, even those
 * that do not exist; reads see what was committed last. Its writes become visible all at once, at the commit.
 */
export class SimulatedTransaction implements Transaction {
  readonly #writes = new Map<string, RowWrite>();
  #state: 'open' | 'committing' | 'ended' = 'open';

  constructor(
    private readonly database: SimulatedDatabase,
    private readonly life: Life,
    private readonly mark: CommitMark,
    private readonly options: TransactionOptions,
  ) {}

  async load(tables: readonly TableLoad[]): Promise<readonly (readonly object[])[]> {
    const found: (readonly object[])[] = [];
    for (const { table, keys, mode } of tables) {
      this.database.expectReachable();
      if (mode === 'lock') for (const key of keys) await this.#lock(table, keyText(key));
      found.push(keys.flatMap((key) => this.database.find(table, keyText(key)) ?? []));
    }
    return found;
  }

  async write(changes: readonly TableChanges[]): Promise<void> {
    const { world } = this.database;
    await step(world, this.life, 0, 2);
    this.database.expectWritable();
    if (world.faults.strikes('contention')) throw new Contention('deadlock found');
    for (const each of changes) await this.#changeTable(each);
  }

  async #changeTable({ table, inserted, updated, removed }: TableChanges): Promise<void> {
    this.database.expectReachable();
    for (const row of inserted) {
      const key = keyText(table.keyOf(row));
      await this.#lock(table, key);
      if (this.database.has(table, key)) throw new DuplicateKey(table.row.name);
      this.#note({ table, key, row: rowInto(row, table.row) });
    }
    for (const row of updated) this.#change(table, keyText(table.keyOf(row)), rowInto(row, table.row));
    for (const key of removed) this.#change(table, keyText(key), null);
  }

  async commit(): Promise<void> {
    const { world } = this.database;
    this.database.expectReachable();
    this.#state = 'committing';
    if (world.faults.strikes('commit-fails')) return this.#fail();
    const late = world.faults.strikes('commit-late');
    const done = this.#commitAfter(world.chance.longTailed(0, late ? 3_000 : 3));
    if (late || world.faults.strikes('commit-answer-lost')) {
      if (!late) await done;
      await step(world, this.life, 0, 2);
      throw new ConnectionLost('the connection was lost at the commit');
    }
    await done;
    await step(world, this.life, 0, 1);
  }

  async rollback(): Promise<void> {
    this.#end();
  }

  /** The process is gone. A COMMIT that was sent still arrives. */
  abandon(): void {
    if (this.#state === 'open') this.#end();
  }

  #fail(): never {
    this.#end();
    throw new ConnectionLost('the connection was lost before the commit');
  }

  /** Not by the process's timers: what has been sent to the server happens without it. */
  #commitAfter(delayMs: number): Promise<void> {
    const { committer, groupNumber } = this.mark;
    const done = new Promise<void>((resolve) => {
      this.database.world.schedule.after(delayMs, () => {
        this.database.marks.set(committer, groupNumber);
        this.database.underWay.delete(committer);
        this.database.commit(this.life.name, [...this.#writes.values()]);
        this.#end();
        resolve();
      });
    });
    this.database.underWay.set(committer, done);
    return done;
  }

  async #lock(table: AnyTable, key: KeyText): Promise<void> {
    const granted = this.database.locks.acquire(table.row, key, this);
    if (!granted) return;
    await new Promise<void>((resolve, reject) => {
      const timer = this.life.after(this.options.lockWaitSeconds * 1000, () =>
        reject(new LockTimeout('lock wait timeout exceeded')),
      );
      void granted.then(() => {
        timer.cancel();
        resolve();
      });
    });
    if (this.#state === 'ended') await never();
  }

  #change(table: AnyTable, key: KeyText, row: object | null): void {
    if (!this.database.locks.isHeldBy(table.row, key, this)) {
      throw new Defect(`${table.row.name} ${key} was written without a lock`);
    }
    this.#note({ table, key, row });
  }

  #note(write: RowWrite): void {
    this.#writes.set(`${write.table.row.name} ${write.key}`, write);
  }

  #end(): void {
    this.#state = 'ended';
    this.database.locks.release(this);
  }
}
