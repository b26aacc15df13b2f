/** Simulated time and its events: in the order of their times, those of one time in the order of their making. */
export class Schedule {
  #now: number;
  #sequence = 0;
  readonly #heap: Event[] = [];
  eventCount = 0;

  constructor(start: Date) {
    this.#now = start.getTime();
  }

  /** Milliseconds since 1970, simulated. */
  get now(): number {
    return this.#now;
  }

  get date(): Date {
    return new Date(this.#now);
  }

  /** @param delayMs from now. */
  after(delayMs: number, run: () => void): Event {
    const event: Event = {
      at: this.#now + Math.max(0, Math.round(delayMs)),
      sequence: this.#sequence++,
      run,
      cancelled: false,
    };
    this.#push(event);
    return event;
  }

  /** Lets time pass up to `until`, or until `stop` says so. */
  async runUntil(until: number, stop: () => boolean): Promise<void> {
    for (;;) {
      const next = this.#heap[0];
      if (!next || next.at > until) break;
      this.#pop();
      if (next.cancelled) continue;
      this.#now = Math.max(this.#now, next.at);
      this.eventCount += 1;
      next.run();
      // Everything that the event resumed runs until it waits for simulated time again.
      await settled();
      if (stop()) return;
    }
    this.#now = Math.max(this.#now, until);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

interface Event {
  readonly at: number;
  readonly sequence: number;
  readonly run: () => void;
  cancelled: boolean;
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);

/** The next turn of the real event loop comes when no promise has anything left to do. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
