/** How often each state was reached, so that a test can assert that the simulation gets everywhere. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  /** @param what a dotted name: `order.CONFIRMED`, `fault.commit-fails`, `ignored.late`. */
  count(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  add(counts: Readonly<Record<string, number>>): void {
    for (const [what, count] of Object.entries(counts)) this.count(what, count);
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
