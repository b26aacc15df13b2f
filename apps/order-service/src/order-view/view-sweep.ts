import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { Poller } from '#libs/kernel/poller.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';
import { nextLimit, restMs } from '#libs/persistence/housekeeping/pace.js';
import type { Position } from '#libs/persistence/housekeeping/prunable.js';
import type { Turn, TurnEnd, Turns } from '#libs/persistence/housekeeping/turns.js';
import type { ViewRepair } from './view-repair.js';
import type { WrittenOrders } from './written-orders.js';

/** `recent`: orders that have changed since the pass before. `all`: every order, for what that one cannot see. */
export const sweepPasses = ['recent', 'all'] as const;
export type SweepPass = (typeof sweepPasses)[number];

/** Names the pass's row among the turns of housekeeping. */
export const turnOf = (pass: SweepPass): string => `order_views ${pass}`;

/** Orders that are compared at once; fewer while that takes long. */
const batchMost = 1_000;

/** Then the other pass has its turn; what is left goes on after it. */
const longestTurnMs = 20_000;

export interface SweepSettings {
  /** From the end of a pass through what has changed to the begin of the next. */
  readonly everySeconds: number;
  /** The same for passes through all orders. */
  readonly allEveryHours: number;
  /** Orders that changed so shortly before are left for the next pass: their events are on their way. */
  readonly quietSeconds: number;
}

/**
 * Compares views with their orders in the background, so that an event that was lost or parked leaves no view behind for
 * ever. Every worker runs one; a pass is one process's at a time, and whichever comes next goes on where it stopped.
 */
export class ViewSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('ViewSweep');
  readonly #poller: Poller;
  readonly #nextInMs: Readonly<Record<SweepPass, number>>;
  #known = false;
  #stopping = false;

  constructor(
    private readonly turns: Pick<Turns, 'know' | 'take' | 'goOn' | 'end'>,
    private readonly orders: Pick<WrittenOrders, 'changed'>,
    private readonly repair: Pick<ViewRepair, 'compare'>,
    private readonly settings: SweepSettings,
    private readonly time: Timers & Pick<Clock, 'monotonicMs'> = { ...systemTimers, ...systemClock },
  ) {
    this.#nextInMs = { recent: settings.everySeconds * 1_000, all: settings.allEveryHours * 3_600_000 };
    this.#poller = new Poller(
      {
        look: () => this.#look(),
        batchMax: sweepPasses.length,
        intervalMs: settings.everySeconds * 1_000,
        onFailing: (error) => this.#logger.warn('views cannot be compared with orders for now', error),
      },
      time,
    );
  }

  onApplicationBootstrap(): void {
    this.#poller.start();
  }

  /** Resolves when the batch in hand is done; the rest is another process's at once. */
  beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    return this.#poller.stop();
  }

  /** Makes the passes whose turn it is. Never rejects: the next look comes anyway. */
  async look(): Promise<void> {
    await this.#poller.once();
  }

  /** @returns `batchMax` when there is more to do at once. */
  async #look(): Promise<number> {
    if (!this.#known) await this.turns.know(sweepPasses.map(turnOf));
    this.#known = true;
    let isCutShort = false;
    for (const pass of sweepPasses) if (await this.#turn(pass)) isCutShort = true;
    return isCutShort ? sweepPasses.length : 0;
  }

  /** @returns whether it was cut short. */
  async #turn(pass: SweepPass): Promise<boolean> {
    const turn = await this.turns.take(turnOf(pass), this.settings.quietSeconds * 1_000);
    if (!turn) return false;
    // The first of the recent passes begins at now: what was before is for the pass through all.
    const begin = turn.position ?? (pass === 'recent' ? { from: turn.before.toISOString() } : {});
    const through = pass === 'recent' ? { from: turn.before.toISOString() } : null;
    const progress = { position: begin };
    try {
      const isThrough = await this.#sweep(pass, turn, progress);
      if (isThrough === null) return false;
      const end: TurnEnd = isThrough
        ? { result: 'through', position: through }
        : { result: 'cut-short', position: progress.position, reached: null };
      await this.turns.end(turn, end, isThrough ? this.#nextInMs[pass] : 0);
      return !isThrough;
    } catch (error) {
      const end: TurnEnd = { result: 'failed', position: progress.position, reached: null };
      await this.turns.end(turn, end, this.#nextInMs.recent);
      throw error;
    }
  }

  /** Batch after batch. @returns whether it is through; null when the turn is somebody else's by now. */
  async #sweep(pass: SweepPass, turn: Turn, progress: { position: Position }): Promise<boolean | null> {
    const until = this.time.monotonicMs() + longestTurnMs;
    let limit = batchMost;
    for (;;) {
      const startedAt = this.time.monotonicMs();
      const { from, after = null } = progress.position;
      const range = { from: from === undefined ? null : new Date(from), to: turn.before, after, limit };
      const { orders, next } = await this.orders.changed(range);
      await this.repair.compare(orders, pass);
      if (next === null) return true;
      progress.position = { ...progress.position, after: next };
      if (!(await this.turns.goOn(turn, progress.position))) return null;
      const tookMs = this.time.monotonicMs() - startedAt;
      limit = nextLimit(limit, tookMs, batchMost);
      await this.time.pause(restMs(tookMs));
      if (this.#stopping || this.time.monotonicMs() > until) return false;
    }
  }
}
