import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { callerOfRequest } from '#libs/auth';
import type { Lane } from './lanes.js';

/** Of Fastify's route: what is asked before there is a body, and a handler. */
interface AdmittedRoute {
  readonly lane?: Lane;
}

/** Which places a command takes one of (see places.ts). A command that does not say takes one of those of other commands. */
export const Admission = (lane: Lane): MethodDecorator => RouteConfig({ lane } satisfies AdmittedRoute);

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Undefined for what changes nothing, and for what has no caller: nothing is done for strangers. */
export function laneOf(request: FastifyRequest): Lane | undefined {
  if (reading.has(request.method) || request.is404 || !callerOfRequest(request)) return undefined;
  return (request.routeOptions.config as AdmittedRoute).lane ?? 'other-command';
}
