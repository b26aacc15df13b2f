import { Logger } from '@nestjs/common';
import { random } from '#libs/kernel/chance.js';
import { Poller } from '#libs/kernel/poller.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';
import { within } from '#libs/kernel/within.js';
import { showAgeOf } from './stats-age.js';

/** Gauges that show a database. A scrape shows what was found when they were last refreshed, and asks nobody. */
export interface Stats<Found> {
  /** The label of their age. */
  readonly name: string;
  /** Asks. Cheaply, and only in processes whose role it is: each of them asks. */
  readonly look: () => Promise<Found>;
  /** Sets the gauges: all of them in one moment, so that no scrape shows a half. */
  readonly show: (found: Found) => void;
}

/** Longer than any look takes when all is well; one that hangs must not keep others from theirs, or the process from its end. */
const maxLookMs = 5_000;

/**
 * Keeps stats up to date: looks at all of them again and again, one after the other, so that this never takes more than one
 * connection. What cannot be looked up keeps its values, and its age shows (stats-age.ts). Proven in stats-refresher.spec.ts.
 */
export class StatsRefresher {
  private readonly logger = new Logger(StatsRefresher.name);
  private readonly refreshes = new Map<string, () => Promise<void>>();
  private readonly poller: Poller;
  private stopping = false;

  /** @param everySeconds from the end of a refresh to the next one, a fifth more or less. */
  constructor(everySeconds: number, timers: Pick<Timers, 'after'> = systemTimers) {
    const polled = {
      look: () => this.refreshAll(),
      maxBatch: 1,
      // Jittered, so that many processes do not look at the same moment.
      get intervalMs() {
        return everySeconds * 1_000 * (0.8 + random() * 0.4);
      },
      onFailing: (error: unknown) => this.logger.warn('stats cannot be refreshed for now', error),
    };
    this.poller = new Poller(polled, timers);
  }

  keep<Found>({ name, look, show }: Stats<Found>): void {
    const refreshed = showAgeOf(name);
    let looking: Promise<Found> | undefined;
    this.refreshes.set(name, async () => {
      // Given up, but it may still hold its connection.
      if (looking) throw new Error(`the last look at ${name} has not ended yet`);
      const ask = () => (looking = look().finally(() => (looking = undefined)));
      const found = await within(maxLookMs, ask, () => {
        throw new Error(`a look at ${name} has not ended in ${maxLookMs} ms`);
      });
      show(found);
      refreshed();
    });
  }

  start(): void {
    this.poller.start();
  }

  /** Resolves when the look in hand is over, for which it waits no longer than a look may take. */
  stop(): Promise<void> {
    this.stopping = true;
    return this.poller.stop();
  }

  /** Looks at everything once. Never rejects: the next time comes anyway. */
  async refresh(): Promise<void> {
    await this.poller.once();
  }

  /** @returns 0: the next time is never at once. @throws the first failure, when all have been tried. */
  private async refreshAll(): Promise<number> {
    const failures: unknown[] = [];
    for (const refresh of this.refreshes.values()) {
      if (!this.stopping) await refresh().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
    return 0;
  }
}
