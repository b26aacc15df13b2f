/** Where time comes from. Deciding code never asks `Date` itself, so that tests and the simulation own time. */
export interface Clock {
  /** Wall-clock time, UTC. */
  now(): Date;
  /** Milliseconds that only ever grow; for durations, never for points in time. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
