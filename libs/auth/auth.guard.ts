import {
  ForbiddenException,
  Injectable,
  Logger,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { rememberCaller } from './authenticated-request.js';
import { BadToken } from './bad-token.js';
import { bearerToken } from './bearer-token.js';
import type { Caller, Role } from './caller.js';
import { isPublic } from './public.decorator.js';
import { allowedRoles } from './roles.decorator.js';
import { TokenVerifier } from './token-verifier.js';
import { VerifiedTokens } from './verified-tokens.js';

interface IncomingRequest {
  readonly headers: { readonly authorization?: string };
}

/**
 * Stands before every route. A route is open when it says `@Public()`, open to callers with a role when it says
 * `@Roles(...)`, and closed when it says nothing.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly log = new Logger(AuthGuard.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
    private readonly verified: VerifiedTokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Messages come from the broker, whose own users and permissions say who may send what.
    if (context.getType() === 'rpc') return true;
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(isPublic, places)) return true;
    const request = context.switchToHttp().getRequest<IncomingRequest>();
    const caller = await this.authenticate(request);
    rememberCaller(request, caller);
    const allowed = this.reflector.getAllAndOverride<readonly Role[] | undefined>(allowedRoles, places);
    if (allowed?.some((role) => caller.roles.includes(role))) return true;
    throw new ForbiddenException('your roles do not allow this');
  }

  private async authenticate({ headers }: IncomingRequest): Promise<Caller> {
    const token = bearerToken(headers.authorization);
    if (token === null) throw new UnauthorizedException('a bearer token is required');
    const known = this.verified.find(token);
    if (known) return known;
    try {
      const verified = await this.verifier.verify(token);
      this.verified.remember(token, verified);
      return verified.caller;
    } catch (error) {
      if (!(error instanceof BadToken)) throw error;
      this.log.debug('refused a token', { reason: error.message });
      throw new UnauthorizedException('a bearer token is required');
    }
  }
}
