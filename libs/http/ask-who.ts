import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '#libs/auth/authenticator.js';
import { isOpenRoute } from '#libs/auth/public.decorator.js';

/**
 * Nest asks its guards when the body has been read and parsed. Strangers are not to have their bodies read, nor to learn
 * what is wrong with them: where there may be a body, who it is from is asked first. The guard still has the last word.
 * An app without authentication is left as it is.
 */
export function askWhoBeforeReading(app: NestFastifyApplication): void {
  const authenticator = find(app);
  if (!authenticator) return;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request) => {
      if (request.is404 || bodiless.has(request.method) || isOpenRoute(request.routeOptions.config)) return;
      await authenticator.authenticate(request);
    });
}

const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

function find(app: NestFastifyApplication): Authenticator | undefined {
  try {
    return app.get(Authenticator, { strict: false });
  } catch {
    return undefined;
  }
}
