import { Inject, type InjectionToken } from '@nestjs/common';

/** Token of the default database's {@link UnitOfWorkRunner}. */
export const UNIT_OF_WORK_RUNNER = Symbol('UnitOfWorkRunner');

export const unitOfWorkRunnerToken = (name?: string): InjectionToken =>
  name === undefined ? UNIT_OF_WORK_RUNNER : Symbol.for(`UnitOfWorkRunner ${name}`);

/** Injects the UnitOfWorkRunner of a database. */
export const InjectUnitOfWorkRunner = (name?: string): ParameterDecorator & PropertyDecorator =>
  Inject(unitOfWorkRunnerToken(name));
