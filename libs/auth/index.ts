/**
 * Who is calling: verifies bearer tokens (JWT, RFC 7519), guards every route that is not `@Public`, and hands a
 * controller the {@link CurrentUser}.
 */
export { AuthModule } from './auth.module.js';
export { callerOfRequest } from './authenticated-request.js';
export { CurrentUser, currentUser } from './current-user.decorator.js';
export { jwtConfigFromEnv } from './jwt-config.js';
export { Public } from './public.decorator.js';
export { Roles } from './roles.decorator.js';
