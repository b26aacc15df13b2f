import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { TooManyRequests } from '#libs/kernel/errors.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';
import { Overloaded } from './errors.js';

/** Those behind a slow use must not wait for it twice. */
const maxRestMs = 50;

export interface PlaceLimits {
  readonly places: number;
  /** Of all together. */
  readonly maxWaiting: number;
  /** Of one caller, so that the others find some free. */
  readonly ofOne: Share;
  /** Of a caller who acts for many others. */
  readonly forMany: Share;
}

interface Share {
  readonly places: number;
  readonly maxWaiting: number;
  /**
   * Whether a place rests after a use for as long as that took, 50 ms at most, while the same caller has more waiting.
   */
  readonly rests?: boolean;
}

export interface Asking {
  /** A caller who was let in before and goes on: refusing them now would waste what was done for them. */
  readonly isKnown?: boolean;
  /** A caller who acts for many others. */
  readonly forMany?: boolean;
}

/** Stands for a place, or the wait for one. */
export interface Ticket {
  /** Resolves with the place; never when it was given back before. */
  readonly served: Promise<void>;
  /** Ends the wait, or frees the place. Again: no-op. */
  readonly giveBack: () => void;
}

interface Party {
  places: number;
  readonly maxPlaces: number;
  readonly rests: boolean;
  /** In the order in which they came. */
  readonly waiting: Set<() => void>;
}

/**
 * A limited number of places. Callers are served in turn, so that one who has a hundred waiting holds up another by one.
 */
export class FairPlaces {
  /** Only those who have a place or wait for one, longest unserved first. */
  private readonly parties = new Map<string | null, Party>();
  private taken = 0;
  private waitingAll = 0;

  /**
   * @param waitingOf how often each caller waits, here and wherever else it counts: whoever is let in here waits there
   * next.
   */
  constructor(
    private readonly limits: PlaceLimits,
    private readonly waitingOf = new Map<string | null, number>(),
    private readonly time: Pick<Clock, 'monotonicMs'> & Pick<Timers, 'after'> = {
      ...systemClock,
      ...systemTimers,
    },
  ) {}

  get waiting(): number {
    return this.waitingAll;
  }

  /**
   * @param whose null: the process's own work, which has no share but the whole.
   * @throws Overloaded when as many wait as may; TooManyRequests when as many of this caller do.
   */
  enter(whose: string | null, { isKnown = false, forMany = false }: Asking = {}): Ticket {
    const share = forMany ? this.limits.forMany : this.limits.ofOne;
    if (!isKnown) this.refuseIfFull(whose, share);
    const party = this.partyOf(whose, share);
    let undo = (): void => undefined;
    const served = new Promise<void>((resolve) => {
      const serve = (): void => {
        const sinceMs = this.time.monotonicMs();
        undo = () => this.free(whose, party, sinceMs);
        resolve();
      };
      undo = () => this.forget(whose, party, serve);
      this.countWaiting(whose, 1);
      party.waiting.add(serve);
    });
    this.serve();
    const giveBack = (): void => {
      const once = undo;
      undo = () => undefined;
      once();
    };
    return { served, giveBack };
  }

  private refuseIfFull(whose: string | null, { maxWaiting }: Share): void {
    if (this.waitingAll >= this.limits.maxWaiting) {
      throw new Overloaded('as many wait for a connection as may');
    }
    if (whose !== null && (this.waitingOf.get(whose) ?? 0) >= maxWaiting) {
      throw new TooManyRequests('as many of this caller wait for a connection as may');
    }
  }

  private partyOf(whose: string | null, { places, rests = false }: Share): Party {
    let party = this.parties.get(whose);
    if (!party) {
      const maxPlaces = whose === null ? this.limits.places : places;
      this.parties.set(whose, (party = { places: 0, maxPlaces, rests, waiting: new Set() }));
    }
    return party;
  }

  private serve(): void {
    while (this.taken < this.limits.places) {
      const next = this.next();
      if (!next) return;
      const [whose, party, serve] = next;
      party.waiting.delete(serve);
      this.countWaiting(whose, -1);
      party.places += 1;
      this.taken += 1;
      // To the end of the line: everybody else is served first.
      this.parties.delete(whose);
      this.parties.set(whose, party);
      serve();
    }
  }

  private next(): [string | null, Party, () => void] | null {
    for (const [whose, party] of this.parties) {
      if (party.places >= party.maxPlaces) continue;
      for (const serve of party.waiting) return [whose, party, serve];
    }
    return null;
  }

  private free(whose: string | null, party: Party, sinceMs: number): void {
    this.taken -= 1;
    const done = (): void => {
      party.places -= 1;
      this.dropIfIdle(whose, party);
      this.serve();
    };
    if (whose === null || !party.rests || party.waiting.size === 0) return done();
    this.time.after(Math.min(maxRestMs, this.time.monotonicMs() - sinceMs), done);
    this.serve();
  }

  private forget(whose: string | null, party: Party, serve: () => void): void {
    party.waiting.delete(serve);
    this.countWaiting(whose, -1);
    this.dropIfIdle(whose, party);
  }

  private countWaiting(whose: string | null, more: 1 | -1): void {
    this.waitingAll += more;
    const now = (this.waitingOf.get(whose) ?? 0) + more;
    if (now > 0) this.waitingOf.set(whose, now);
    else this.waitingOf.delete(whose);
  }

  private dropIfIdle(whose: string | null, { places, waiting }: Party): void {
    if (places === 0 && waiting.size === 0) this.parties.delete(whose);
  }
}
