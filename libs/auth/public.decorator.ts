import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';

export const isPublic = Symbol('open to everybody');

/** Of Fastify's route: what is asked before there is a guard, and a body. */
interface OpenRoute {
  readonly openToEverybody?: boolean;
}

/** Opens a route to everybody. A route that says neither this nor who may use it is closed. */
export const Public = (): MethodDecorator =>
  applyDecorators(SetMetadata(isPublic, true), RouteConfig({ openToEverybody: true } satisfies OpenRoute));

export const isOpenRoute = (config: object | undefined): boolean =>
  (config as OpenRoute | undefined)?.openToEverybody === true;
