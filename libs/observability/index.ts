/** Logs, metrics and the request that all of it is about. */
export { scrub } from './log-fields.js';
export { counter, gauge, histogram } from './metrics.js';
export { annotate, currentContext, outsideOfContext, runInContext } from './request-context.js';
export { SparseWarnings } from './sparse-warnings.js';
export { StatsRefresher } from './stats-refresher.js';
