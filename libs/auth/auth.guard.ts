import { ForbiddenException, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Authenticator } from './authenticator.js';
import type { Role } from '#libs/kernel/caller.js';
import { isPublic } from './public.decorator.js';
import { allowedRoles } from './roles.decorator.js';

/**
 * Stands before every route. A route is open when it says `@Public()`, open to callers with a role when it says
 * `@Roles(...)`, and closed when it says nothing.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Messages come from the broker, whose own users and permissions say who may send what.
    if (context.getType() === 'rpc') return true;
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(isPublic, places)) return true;
    const caller = await this.authenticator.authenticate(context.switchToHttp().getRequest());
    const allowed = this.reflector.getAllAndOverride<readonly Role[] | undefined>(allowedRoles, places);
    if (allowed?.some((role) => caller.roles.includes(role))) return true;
    throw new ForbiddenException('your roles do not allow this');
  }
}
