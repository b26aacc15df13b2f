/** How many items share a transaction at most. */
const maxGroupSize = 200;

/**
 * Group commit at its simplest: what arrives while a group commits forms the next one, and nothing waits for a timer.
 * A failure ends the process: the floor measures what the hardware allows, not what can go wrong.
 */
export class Groups<Item> {
  readonly #waiting: Item[] = [];
  #busy = false;

  constructor(private readonly commit: (items: readonly Item[]) => Promise<void>) {}

  add(item: Item): void {
    this.#waiting.push(item);
    if (!this.#busy) void this.#run();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    // Deliveries of one read of the socket come one after the other; the first must not leave alone.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) await this.commit(this.#waiting.splice(0, maxGroupSize));
    this.#busy = false;
  }
}
