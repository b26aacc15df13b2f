import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '#libs/kernel/caller.js';
import { Defect } from '#libs/kernel/errors.js';
import { callerOfRequest } from './authenticated-request.js';

/** The caller that the guard let in. @throws Defect on a public route, where there may be none. */
export function currentUser(context: ExecutionContext): Caller {
  const caller = callerOfRequest(context.switchToHttp().getRequest<object>());
  if (!caller) throw new Defect('a route that lets anybody in has no current user');
  return caller;
}

/** {@link currentUser}, for a controller's method. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext) =>
  currentUser(context),
);
