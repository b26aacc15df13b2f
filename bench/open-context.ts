import path from 'node:path';
import type { BenchOptions } from './options.js';
import type { BenchContext } from './section.js';
import { FloorUnderTest } from './system-under-test/floor-under-test.js';
import {
  ServicesUnderTest,
  type OutputFolders,
  type ServicesOptions,
} from './system-under-test/services-under-test.js';
import type { Servers } from './system-under-test/servers.js';

type System = ServicesUnderTest | FloorUnderTest;

/** A context, and what ends all that was opened through it. */
export interface OpenContext extends BenchContext {
  /** Everything becomes idle, is checked and ended. @throws with what was violated. */
  finish(): Promise<void>;
  /** Everything is ended, in whatever state it is. */
  abandon(): Promise<void>;
}

export interface SharedServices {
  services?: ServicesUnderTest;
}

export interface ContextParts {
  readonly section: string;
  readonly options: BenchOptions;
  readonly servers: Servers;
  readonly folder: string;
  /** Of a quick run: the services that sections share unless they ask for their own, so that they start once. */
  readonly shared?: SharedServices;
  readonly say: (text: string) => void;
}

export function openContext({ section, options, servers, folder, shared, say }: ContextParts): OpenContext {
  const open = new Set<System>();
  const folders: OutputFolders = {
    logs: path.join(folder, 'logs'),
    ...(options.profile && { profiles: path.join(folder, 'profiles', section) }),
  };
  const context: OpenContext = {
    options,
    servers,
    logs: folders.logs,
    spans: [],
    say: (text) => say(`${section}: ${text}`),
    openServices: async (servicesOptions?: ServicesOptions) => {
      if (!servicesOptions && shared?.services) return shared.services;
      context.say('starting the services');
      const services = await ServicesUnderTest.open(servers, servicesOptions ?? {}, folders);
      if (!servicesOptions && shared) shared.services = services;
      else open.add(services);
      return services;
    },
    openFloor: async () => {
      context.say('starting the floor');
      // The services make tables, queues and stock; then the floor takes their places.
      const services = await ServicesUnderTest.open(servers, {}, { logs: folders.logs });
      await services.stopAll();
      const floor = await FloorUnderTest.open(services.places, folders);
      open.add(floor);
      return floor;
    },
    close: async (system) => {
      if (system === shared?.services) return check(system);
      open.delete(system);
      await check(system).finally(() => system.end());
    },
    finish: async () => {
      if (shared?.services) await check(shared.services);
      for (const system of open) await context.close(system);
    },
    abandon: async () => {
      await Promise.allSettled([...open].map((system) => system.end()));
    },
  };
  return context;

  async function check(system: System): Promise<void> {
    await system.untilIdle();
    const violations = await system.violations();
    if (violations.length > 0) throw new Error(explain(section, violations));
  }
}

const shownViolations = 20;

const explain = (section: string, violations: readonly string[]): string =>
  [
    `${section}: ${violations.length} invariants are violated; a fast wrong run is no result`,
    ...violations.slice(0, shownViolations).map((violation) => `  ${violation}`),
  ].join('\n');
