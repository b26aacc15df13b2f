import { Inject, type InjectionToken } from '@nestjs/common';

/** Token of the default database's {@link UnitOfWork}. */
export const UNIT_OF_WORK = Symbol('UnitOfWork');

export const unitOfWorkToken = (name?: string): InjectionToken =>
  name === undefined ? UNIT_OF_WORK : Symbol.for(`UnitOfWork ${name}`);

/** Injects the UnitOfWork of a database. */
export const InjectUnitOfWork = (name?: string): ParameterDecorator & PropertyDecorator =>
  Inject(unitOfWorkToken(name));
