/**
 * The only way to change state: what to load by key, a synchronous decision on it, and what to write. Units share
 * transactions (docs/adr/0001-group-commit.md); each has all of its effects or none.
 */
export { InjectUnitOfWorkRunner, UNIT_OF_WORK_RUNNER, unitOfWorkRunnerToken } from './inject-unit-of-work.js';
export {
  type Load,
  lock,
  read,
  type UnitOfWork,
  type UnitOfWorkRunner,
  type WorkingSet,
} from './unit-of-work.js';
