/**
 * The only way to change state: what to load by key, a synchronous decision on it, and what to write. Units share
 * transactions (docs/adr/0001-group-commit.md); each has all of its effects or none.
 */
export { InjectUnitOfWork, UNIT_OF_WORK, unitOfWorkToken } from './inject-unit-of-work.js';
export { type Load, lock, read, type Unit, type UnitOfWork, type Work } from './unit-of-work.js';
