import type { PlaceLimits } from './fair-places.js';

/** Uses of a pool whose queries have a time limit. */
export type LimitedUse = 'queries' | 'background' | 'health';

interface QueryLimits {
  /** From when something is asked until it is answered: the wait for a connection, and for the server. */
  readonly seconds: number;
  /** The server's own limit. Shorter, so that what is merely slow does not cost the connection, too. */
  readonly statementSeconds: number;
  readonly maxWaiting: number;
  /** Of one customer: as many as their share of the connections serves in a part of that time, even under load. */
  readonly maxWaitingOfOne: number;
  /** Of a member of staff, who acts for many. */
  readonly maxWaitingForMany: number;
}

export const queryLimits: Readonly<Record<LimitedUse, QueryLimits>> = {
  // Somebody waits for the answer. A caller with more at once is told to wait for answers first.
  queries: {
    seconds: 5,
    statementSeconds: 4,
    maxWaiting: 1_000,
    maxWaitingOfOne: 30,
    maxWaitingForMany: 100,
  },
  // Longer than a statement may wait for a locked row.
  background: {
    seconds: 15,
    statementSeconds: 14,
    maxWaiting: 1_000,
    maxWaitingOfOne: 1_000,
    maxWaitingForMany: 1_000,
  },
  // Less than the patience of those who ask for health.
  health: {
    seconds: 1.5,
    statementSeconds: 1,
    maxWaiting: 100,
    maxWaitingOfOne: 100,
    maxWaitingForMany: 100,
  },
};

export const placeLimits = (use: LimitedUse, connections: number): PlaceLimits => ({
  places: connections,
  maxWaiting: queryLimits[use].maxWaiting,
  // One caller's slow queries must not take all the connections, nor an endless stream of quick ones all the time.
  ofOne: {
    places: Math.ceil(connections / 10),
    maxWaiting: queryLimits[use].maxWaitingOfOne,
    // It is the processor that runs out, not the connections: a caller with more waiting gets half of the time of theirs.
    rests: true,
  },
  forMany: { places: Math.ceil(connections / 2), maxWaiting: queryLimits[use].maxWaitingForMany },
});
