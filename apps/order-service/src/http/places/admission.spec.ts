import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyRequest } from 'fastify';
import { rememberCaller } from '#libs/auth/authenticated-request.js';
import { callerOf } from '#libs/kernel/caller.js';
import { Admission, laneOf } from './admission.decorator.js';

const configOf = (handler: object): object | undefined =>
  Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;

const methodsOf = ({ prototype }: { readonly prototype?: object }): [string, object][] =>
  Object.entries(Object.getOwnPropertyDescriptors(prototype ?? {})).flatMap(([name, { value }]) =>
    typeof value === 'function' ? [[name, value as object]] : [],
  );

/** The handlers of all commands over HTTP that this service has. */
async function commandHandlers(): Promise<[string, object][]> {
  const sources = path.resolve(import.meta.dirname, '../..');
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' });
  const exported: object[] = [];
  for (const file of files.filter((name) => name.endsWith('.controller.ts'))) {
    exported.push(...Object.values((await import(path.join(sources, file))) as Record<string, object>));
  }
  return exported.flatMap(methodsOf).filter(([, handler]) => {
    const verb = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    return verb !== undefined && verb !== RequestMethod.GET;
  });
}

class Commands {
  @Admission('new-order')
  place(): void {
    return;
  }

  silent(): void {
    return;
  }
}

const request = (method: string, handler: object, caller = callerOf('cust-1', ['customer'])) => {
  const made = { method, is404: false, routeOptions: { config: configOf(handler) ?? {} } };
  rememberCaller(made, caller);
  return made as FastifyRequest;
};

describe('the places that a command takes one of', () => {
  const { place, silent } = Commands.prototype;

  it('are those that its handler says', () => {
    expect(laneOf(request('POST', place))).toBe('new-order');
  });

  it('are those of other commands where it says nothing', () => {
    expect(laneOf(request('POST', silent))).toBe('other-command');
  });

  it('are none for questions, and for strangers', () => {
    expect(laneOf(request('GET', place))).toBeUndefined();
    expect(laneOf({ ...request('POST', place) } as FastifyRequest)).toBeUndefined();
  });

  it('are said by every command that there is', async () => {
    const handlers = await commandHandlers();
    expect(handlers.length).toBeGreaterThan(10);
    expect(handlers.filter(([, handler]) => !('lane' in (configOf(handler) ?? {})))).toEqual([]);
    const placing = handlers.filter(([, handler]) => laneOf(request('POST', handler)) === 'new-order');
    expect(placing.map(([name]) => name)).toEqual(['place']);
  });
});
