/** Deletes old rows, and does whatever else a whole table needs now and then: batch by batch, one process at a time. */
export { HousekeepingModule } from './housekeeping.module.js';
export { oldRows } from './old-rows.js';
export { type Position, type Prunable, secondsOf } from './prunable.js';
export { type Sweep, Sweeper } from './sweeper.js';
export { prunedBefore, standings, PruneLeases } from './prune-lease.js';
