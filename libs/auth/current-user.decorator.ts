import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Defect } from '#libs/kernel/errors.js';
import { callerOfRequest } from './authenticated-request.js';

/** The caller that the guard let in. @throws Defect on a public route, where there may be none. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const caller = callerOfRequest(context.switchToHttp().getRequest<object>());
  if (!caller) throw new Defect('@CurrentUser() on a route that lets anybody in');
  return caller;
});
