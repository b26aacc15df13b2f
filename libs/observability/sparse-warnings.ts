import type { LoggerService } from '@nestjs/common';
import { systemClock, type Clock } from '#libs/kernel/clock.js';

const saidEveryMs = 10_000;

interface Said {
  readonly atMs: number;
  /** Times since then that were not said. */
  unsaid: number;
}

/**
 * Warnings of what happens to many at once, when it happens: the first of a kind at once, then a line in ten seconds that
 * says how many there were. A line of each would be a second burst, of our own making.
 */
export class SparseWarnings {
  private readonly said = new Map<string, Said>();

  constructor(
    private readonly log: Pick<LoggerService, 'warn'>,
    private readonly clock: Pick<Clock, 'monotonicMs'> = systemClock,
  ) {}

  /** @param kind one of a few, such as the name of an error. */
  warn(kind: string, message: string, fields: Readonly<Record<string, string | number>>): void {
    const nowMs = this.clock.monotonicMs();
    const said = this.said.get(kind);
    if (said && nowMs - said.atMs < saidEveryMs) {
      said.unsaid += 1;
      return;
    }
    this.said.set(kind, { atMs: nowMs, unsaid: 0 });
    this.log.warn(message, { ...fields, kind, count: 1 + (said?.unsaid ?? 0) });
  }
}
