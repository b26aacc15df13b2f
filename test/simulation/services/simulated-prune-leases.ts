import type { Position } from '#libs/persistence/housekeeping/prunable.js';
import type { PruneLease, LeaseEnd, PruneLeases } from '#libs/persistence/housekeeping/prune-lease.js';
import type { SimulatedDatabase } from '../world/simulated-database.js';
import { step } from '../world/simulation-world.js';
import type { Place } from './parts.js';

/** As on the real rows: a dead process's lease is taken over this much later. */
const leaseMs = 60_000;

interface LeaseRow {
  owner: string | null;
  leaseUntil: number;
  dueAt: number;
  position: Position | null;
}

/** They outlive all processes, as the rows of a table do. */
const rowsOf = new WeakMap<SimulatedDatabase, Map<string, LeaseRow>>();

/** The leases, as one process asks for them. */
export class SimulatedPruneLeases implements Pick<PruneLeases, 'know' | 'take' | 'goOn' | 'end'> {
  readonly #rows: Map<string, LeaseRow>;

  constructor(private readonly place: Place) {
    const { database } = place;
    if (!rowsOf.has(database)) rowsOf.set(database, new Map());
    this.#rows = rowsOf.get(database)!;
  }

  async know(names: readonly string[]): Promise<void> {
    await this.#reach();
    for (const name of names) {
      if (!this.#rows.has(name))
        this.#rows.set(name, { owner: null, leaseUntil: 0, dueAt: 0, position: null });
    }
  }

  async take(table: string, keepMs: number): Promise<PruneLease | null> {
    await this.#reach();
    const { now } = this.place.world.schedule;
    const row = this.#rows.get(table)!;
    if (row.dueAt > now || row.leaseUntil > now) return null;
    Object.assign(row, { owner: this.place.life.name, leaseUntil: now + leaseMs });
    return { table, before: new Date(now - keepMs), position: row.position };
  }

  async goOn({ table }: PruneLease, position: Position): Promise<boolean> {
    await this.#reach();
    const row = this.#mine(table);
    if (row) Object.assign(row, { position, leaseUntil: this.place.world.schedule.now + leaseMs });
    return row !== null;
  }

  async end({ table }: PruneLease, { position = null }: LeaseEnd, nextInMs: number): Promise<void> {
    await this.#reach();
    const { now } = this.place.world.schedule;
    const row = this.#mine(table);
    if (row) Object.assign(row, { owner: null, leaseUntil: now, position, dueAt: now + nextInMs });
  }

  #mine(table: string): LeaseRow | null {
    const row = this.#rows.get(table)!;
    return row.owner === this.place.life.name ? row : null;
  }

  async #reach(): Promise<void> {
    const { world, life, database } = this.place;
    await step(world, life, 0, 2);
    database.expectWritable();
  }
}
