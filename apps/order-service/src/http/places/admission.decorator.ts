import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { callerOfRequest } from '#libs/auth';
import type { Lane } from './lanes.js';

/** Of Fastify's route: what is asked before there is a body, and a handler. */
interface AdmittedRoute {
  readonly lane?: Lane;
}

/** Which kind of place a command takes (see places.ts). A command that does not say takes one of `other-command`. */
export const Admission = (lane: Lane): MethodDecorator => RouteConfig({ lane } satisfies AdmittedRoute);

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Undefined for requests that change nothing, and for those without a caller: nothing is done for strangers. */
export function laneOf(request: FastifyRequest): Lane | undefined {
  if (reading.has(request.method) || request.is404 || !callerOfRequest(request)) return undefined;
  return (request.routeOptions.config as AdmittedRoute).lane ?? 'other-command';
}
