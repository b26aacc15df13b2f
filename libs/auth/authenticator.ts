import { Injectable, Logger, UnauthorizedException } from '@nestjs/common';
import { annotate } from '#libs/observability/request-context.js';
import { callerOfRequest, rememberCaller } from './authenticated-request.js';
import { BadToken } from './bad-token.js';
import { bearerToken } from './bearer-token.js';
import type { Caller } from '#libs/kernel/caller.js';
import { TokenVerifier } from './token-verifier.js';
import { VerifiedTokens } from './verified-tokens.js';

interface IncomingRequest {
  readonly headers: { readonly authorization?: string };
}

/** Finds out who asks, once a request. */
@Injectable()
export class Authenticator {
  private readonly log = new Logger(Authenticator.name);

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly verified: VerifiedTokens,
  ) {}

  /** @throws UnauthorizedException, which says nothing of what is wrong with a token. */
  async authenticate(request: IncomingRequest): Promise<Caller> {
    const known = callerOfRequest(request);
    if (known) return known;
    const caller = await this.callerBehind(bearerToken(request.headers.authorization));
    rememberCaller(request, caller);
    annotate({ caller: caller.subject, callerIsStaff: caller.isStaff });
    return caller;
  }

  private async callerBehind(token: string | null): Promise<Caller> {
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
