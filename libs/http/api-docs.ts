import { createRequire } from 'node:module';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { openApiDocument, type OpenApiOptions } from './open-api.js';

/** Nothing from elsewhere, no inline script. Swagger UI sets styles on elements and draws its icons from data URIs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `/openapi.json`, and Swagger UI at `/docs`. Open to everybody: it says nothing that the source does not. */
export function setUpOpenApi(app: NestFastifyApplication, options: OpenApiOptions): void {
  const fastify = app.getHttpAdapter().getInstance();
  let document: string | undefined;
  fastify.get('/openapi.json', (_, reply) => {
    // Made when it is asked for the first time: controllers are known only then, and most starts never need it.
    document ??= JSON.stringify(openApiDocument(app, options));
    void reply.type('application/json').send(document);
  });
  fastify.get('/docs', (_, reply) => sendPage(reply, 'text/html; charset=utf-8', page(options.title)));
  fastify.get('/docs/start.js', (_, reply) => sendPage(reply, 'text/javascript; charset=utf-8', startScript));
  void fastify.register(fastifyStatic, {
    root: swaggerUiFolder(),
    prefix: '/docs/assets/',
    decorateReply: false,
    index: false,
    allowedPath: (file) => assets.has(path.posix.basename(file)),
  });
}

const assets = new Set(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']);

/** Swagger UI comes with @nestjs/swagger; found from there, wherever npm has put it. */
function swaggerUiFolder(): string {
  const require = createRequire(import.meta.url);
  const fromSwagger = createRequire(require.resolve('@nestjs/swagger'));
  return path.dirname(fromSwagger.resolve('swagger-ui-dist/package.json'));
}

function sendPage(reply: FastifyReply, type: string, text: string): void {
  void reply.header('content-security-policy', contentSecurityPolicy).type(type).send(text);
}

const page = (title: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title.replace(/[<&]/g, ' ')}</title>
    <link rel="icon" href="/docs/assets/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const startScript = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;
