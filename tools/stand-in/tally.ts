import type { TimelineEntry } from '#libs/saga/engine';
import { typeOf, type Reply } from '../conformance/reply.js';
import type { EndingAct, Observer, TrackedOrder } from './stand-in.js';

/** The end of an id, as `cancel` and `show` take it: its beginning is a time that many orders share. */
export const shortId = (id: string): string => id.slice(-8);

/** Prints what happens, and counts it. */
export class Tally implements Observer {
  readonly #counts = new Map<string, number>();
  parkedReplies = 0;

  constructor(
    private readonly print: (line: string) => void,
    /** Every step of every order, not only their ends. */
    private readonly verbose: boolean,
  ) {}

  progressed({ instance }: TrackedOrder, entries: readonly TimelineEntry[]): void {
    for (const entry of entries) {
      if (entry.ignored) this.#count(`replies ignored: ${entry.ignored}`);
      if (entry.contradiction) this.#count(`replies that contradict: ${entry.contradiction}`);
      if (entry.kind === 'retried') this.#count('commands asked again');
      if (this.verbose) this.print(`  ${shortId(instance.id)}  ${entry.kind.padEnd(16)}${entry.text}`);
    }
  }

  ended({ instance }: TrackedOrder, act: EndingAct): void {
    const how = act.type === 'confirm' ? 'confirmed' : `rejected: ${act.reason.code}`;
    const seconds =
      ((instance.finishedAt ?? instance.startedAt).getTime() - instance.startedAt.getTime()) / 1000;
    const detail = act.type === 'confirm' ? '' : `  ${act.reason.detail}`;
    this.#count(`orders ${how}`);
    this.print(`${shortId(instance.id)}  ${how.padEnd(30)}${seconds.toFixed(1).padStart(7)} s${detail}`);
  }

  parked(reply: Reply, why: string): void {
    this.parkedReplies += 1;
    this.#count('replies parked');
    this.print(`PARKED  ${typeOf(reply)}: ${why}`);
  }

  /** A command went out that cannot be read. */
  broke(what: string): void {
    this.#count('commands that cannot be read');
    if (this.verbose) this.print(`broken  ${what}`);
  }

  lines(): readonly string[] {
    return [...this.#counts].sort().map(([what, count]) => `${String(count).padStart(6)}  ${what}`);
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
}
