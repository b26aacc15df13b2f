/**
 * Binds units of work and read connections to a database: {@link PersistenceModule}. Rooms: database; unit-of-work and
 * housekeeping, which lean on it.
 */
export { PersistenceModule } from './persistence.module.js';
