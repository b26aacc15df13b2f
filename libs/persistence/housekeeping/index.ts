/**
 * Old rows are deleted, and whatever else is done to a whole table now and then, batch by batch, by one process at a time.
 */
export { HousekeepingModule } from './housekeeping.module.js';
export { oldRows } from './old-rows.js';
export { type Position, type Prunable, secondsOf } from './prunable.js';
export { type Sweep, Sweeper } from './sweeper.js';
export { prunedBefore, standings, PruneLeases } from './prune-lease.js';
