/** `/health/live` and `/health/ready`, and what staff see of them. */
export { HealthModule } from './health.module.js';
