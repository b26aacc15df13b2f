import { SetMetadata } from '@nestjs/common';

export const isPublic = Symbol('open to everybody');

/** Opens a route to everybody. A route that says neither this nor who may use it is closed. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(isPublic, true);
