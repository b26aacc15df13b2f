/** Serves `/metrics` to Prometheus, on a port of its own. */
export { MetricsModule } from './metrics.module.js';
