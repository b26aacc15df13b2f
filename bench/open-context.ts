import path from 'node:path';
import type { BenchOptions } from './options.js';
import type { BenchContext } from './section.js';
import { FloorShop } from './system-under-test/floor-under-test.js';
import { ServiceShop, type ShopFolders, type ShopOptions } from './system-under-test/services-under-test.js';
import type { Servers } from './system-under-test/servers.js';

type Shop = ServiceShop | FloorShop;

/** A context, and what ends all that was opened through it. */
export interface OpenContext extends BenchContext {
  /** Everything comes to rest, is checked and ended. @throws with what was violated. */
  finish(): Promise<void>;
  /** Everything is ended, in whatever state it is. */
  abandon(): Promise<void>;
}

export interface CommonShop {
  shop?: ServiceShop;
}

export interface ContextParts {
  readonly section: string;
  readonly options: BenchOptions;
  readonly servers: Servers;
  readonly folder: string;
  /** Of a quick run: the services that all sections share which do not ask for others, so that they start once. */
  readonly common?: CommonShop;
  readonly say: (text: string) => void;
}

export function openContext({ section, options, servers, folder, common, say }: ContextParts): OpenContext {
  const open = new Set<Shop>();
  const folders: ShopFolders = {
    logs: path.join(folder, 'logs'),
    ...(options.profile && { profiles: path.join(folder, 'profiles', section) }),
  };
  const context: OpenContext = {
    options,
    servers,
    logs: folders.logs,
    spans: [],
    say: (text) => say(`${section}: ${text}`),
    openShop: async (shopOptions?: ShopOptions) => {
      if (!shopOptions && common?.shop) return common.shop;
      context.say('starting the services');
      const shop = await ServiceShop.open(servers, shopOptions ?? {}, folders);
      if (!shopOptions && common) common.shop = shop;
      else open.add(shop);
      return shop;
    },
    openFloor: async () => {
      context.say('starting the floor');
      // The services make tables, queues and stock; then the floor takes their places.
      const services = await ServiceShop.open(servers, {}, { logs: folders.logs });
      await services.stopAll();
      const floor = await FloorShop.open(services.places, folders);
      open.add(floor);
      return floor;
    },
    close: async (shop) => {
      if (shop === common?.shop) return check(shop);
      open.delete(shop);
      await check(shop).finally(() => shop.end());
    },
    finish: async () => {
      if (common?.shop) await check(common.shop);
      for (const shop of open) await context.close(shop);
    },
    abandon: async () => {
      await Promise.allSettled([...open].map((shop) => shop.end()));
    },
  };
  return context;

  async function check(shop: Shop): Promise<void> {
    await shop.rest();
    const violations = await shop.violations();
    if (violations.length > 0) throw new Error(explain(section, violations));
  }
}

const shownViolations = 20;

const explain = (section: string, violations: readonly string[]): string =>
  [
    `${section}: ${violations.length} invariants are violated; a fast wrong run is no result`,
    ...violations.slice(0, shownViolations).map((violation) => `  ${violation}`),
  ].join('\n');
