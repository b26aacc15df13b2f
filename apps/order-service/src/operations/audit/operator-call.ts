import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentUser } from '#libs/auth';
import { withIdempotencyKey } from '#libs/http';
import type { Caller } from '#libs/kernel/caller.js';
import type { IdempotentRequest } from '../../commands/idempotency/idempotent.js';

/** What comes with an operator's action beside its path and its body. */
export interface OperatorCall {
  readonly caller: Caller;
  readonly ifMatch: string | undefined;
  /** For status and headers; the body is what the method returns. */
  readonly reply: FastifyReply;
  /**
   * The request that its Idempotency-Key makes one with any other on this route; null when there is no key.
   * @param content what the key is used for: with other content it is refused.
   * @throws BadRequest `invalid-idempotency-key`
   */
  readonly once: (content: object) => IdempotentRequest | null;
}

/** Hands a controller's method the {@link OperatorCall}. */
export const Call = createParamDecorator((_: unknown, context: ExecutionContext): OperatorCall => {
  const http = context.switchToHttp();
  const { method, headers, routeOptions } = http.getRequest<FastifyRequest>();
  const caller = currentUser(context);
  return {
    caller,
    ifMatch: headers['if-match'],
    reply: http.getResponse<FastifyReply>(),
    once: (content) =>
      withIdempotencyKey(headers['idempotency-key'] as string | undefined, {
        caller: caller.subject,
        operation: `${method} ${routeOptions.url}`,
        content,
      }),
  };
});

export const IdempotencyKeyHeader = (description = 'The same key and body are done once.'): MethodDecorator =>
  ApiHeader({ name: 'Idempotency-Key', required: false, description });
