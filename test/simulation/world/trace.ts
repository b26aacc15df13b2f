import { createHash, type Hash } from 'node:crypto';

/** What happened, in order. Lines and their digest are kept only when asked for. */
export class Trace {
  readonly lines: string[] = [];
  readonly #digest: Hash | undefined;

  constructor(
    private readonly nowMs: () => number,
    private readonly startMs: number,
    readonly isKept: boolean,
  ) {
    this.#digest = isKept ? createHash('sha256') : undefined;
  }

  /** @param what not called unless the trace is kept. */
  note(who: string, what: () => string): void {
    if (!this.isKept) return;
    const seconds = ((this.nowMs() - this.startMs) / 1000).toFixed(3);
    const line = `${seconds.padStart(10)} s  ${who.padEnd(14)} ${what()}`;
    this.lines.push(line);
    this.#digest?.update(line).update('\n');
  }

  /** The same for the same run, different for any other. */
  get digest(): string {
    return this.#digest?.copy().digest('hex') ?? '';
  }
}
