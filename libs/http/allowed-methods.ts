import { MethodNotAllowedException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Answers 405, and in `Allow` with what there is, where a path has routes for other methods only (RFC 9110, 15.5.6). */
export function nameAllowedMethods(fastify: FastifyInstance): void {
  const paths = new Map<string, KnownPath>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const known = paths.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) known.methods.add(one);
    paths.set(url, known);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?', 1)[0]!;
    const allowed = [...paths.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap(({ methods }) => [...methods]);
    if (allowed.length === 0 || allowed.includes(request.method)) return done();
    void reply.header('allow', [...new Set(allowed)].sort().join(', '));
    done(new MethodNotAllowedException('this path has other methods, which Allow names'));
  });
}

/** Of a route's address: `:name` stands for what is between two slashes, `*` for anything. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  });
  return new RegExp(`^${parts.join('/')}$`);
}
