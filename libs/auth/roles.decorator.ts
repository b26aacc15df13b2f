import { SetMetadata } from '@nestjs/common';
import type { Role } from '#libs/kernel/caller.js';

export const allowedRoles = Symbol('roles that may use a route');

/** Who may use a route: callers with any of these roles. On a method it replaces what its class says. */
export const Roles = (...allowed: readonly [Role, ...Role[]]): MethodDecorator & ClassDecorator =>
  SetMetadata(allowedRoles, allowed);
