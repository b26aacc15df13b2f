export interface BulkheadOptions {
  /** Inside at once. */
  readonly maxConcurrent: number;
  /** Of them, one caller's. */
  readonly maxShare: number;
}

/** Why somebody is not let in: there is no room at all, or the caller has their share of it already. */
export const crowdings = ['full', 'share'] as const;
export type Crowding = (typeof crowdings)[number];

/** Gives back what was taken; a second call does nothing. */
export type Leave = () => void;

/**
 * Room for so many at once, of which one caller gets a share and no more (bulkhead): what one caller does, or fails to
 * do, leaves room for the others. The caller `null` has no share: it is for what is counted elsewhere.
 */
export class Bulkhead {
  private taken = 0;
  private readonly takenBy = new Map<string, number>();

  constructor(private readonly options: BulkheadOptions) {}

  get size(): number {
    return this.taken;
  }

  /** What would keep this caller out now; undefined: nothing. */
  crowding(caller: string | null): Crowding | undefined {
    const { maxConcurrent, maxShare } = this.options;
    if (caller !== null && (this.takenBy.get(caller) ?? 0) >= maxShare) return 'share';
    return this.taken >= maxConcurrent ? 'full' : undefined;
  }

  enter(caller: string | null): Leave | Crowding {
    const crowding = this.crowding(caller);
    if (crowding) return crowding;
    this.count(caller, 1);
    let inside = true;
    return () => {
      if (inside) this.count(caller, -1);
      inside = false;
    };
  }

  private count(caller: string | null, more: 1 | -1): void {
    this.taken += more;
    if (caller === null) return;
    const now = (this.takenBy.get(caller) ?? 0) + more;
    if (now > 0) this.takenBy.set(caller, now);
    else this.takenBy.delete(caller);
  }
}
