import path from 'node:path';
import { withoutPassword } from '../provision/sources.mjs';
import { buildServices } from './build.mjs';
import { checkNode } from './check-node.mjs';
import { installDependencies } from './dependencies.mjs';
import { serviceRegister } from './earlier-services.mjs';
import { isFree } from './ports.mjs';
import { inRoot, participants, services } from './project.mjs';
import { jwtSecret } from './secrets.mjs';
import { provideServers } from './servers.mjs';
import { followLog } from './service-log.mjs';
import { refuseTakenPorts, servicePorts } from './service-ports.mjs';
import { Service } from './service.mjs';
import { isProduction } from './settings.mjs';
import { virtualHostApart } from './virtual-host-apart.mjs';
import { GaveUp } from './wait-until.mjs';

const startTries = 3;

/**
 * Everything that is needed to run something of this project: the dependencies that the lock file names, a build of the
 * present sources, and the two servers.
 *
 * @param {Parameters<typeof provideServers>[0] & { build?: boolean, servers?: boolean }} options
 */
export async function prepare({ build = true, servers = true, ...options }) {
  const { steps } = options;
  await steps.step('Node', (say) => say(checkNode()));
  const install = async () => {
    await steps.step('Dependencies', async (say) => say(await installDependencies()));
    if (build && !options.shutdown.begun)
      await steps.step('Build', async (say) => say(await buildServices()));
  };
  const [, provided] = await Promise.all([install(), servers ? provideServers(options) : {}]);
  return provided;
}

/**
 * The three services, ready, on databases and a broker that were found or made.
 *
 * @param {{
 *   directory: string, settings: Record<string, string>, anywhere?: boolean, without?: readonly string[],
 *   steps: import('./steps.mjs').Steps, shutdown: import('./shutdown.mjs').Shutdown,
 * }} options anywhere: on any free ports, so that the usual ones are left to `npm start`; without: services that are
 * somebody else's to start
 * @returns what a tool needs to work with the stack, as settings; and the services
 */
export async function startStack(options) {
  const { directory, settings, anywhere = false, without = [], steps, shutdown } = options;
  const register = serviceRegister(directory);
  const left = await register.endEarlier();
  if (left.length > 0) steps.say(`ended what a killed run had left: ${left.join(', ')}`);

  if (!anywhere) await refuseTakenPorts(settings);
  const { database, broker } = await prepare({ ...options, management: without.length > 0 });
  if (shutdown.begun) return undefined;
  const starting = services.filter(({ name }) => !without.includes(name));
  // Imported here, both: what they need may have been installed only a moment ago.
  const { refuseSharedQueues } = await import('./refuse-shared-queues.mjs');
  await refuseSharedQueues(
    broker.url,
    Object.values(participants).filter(({ service }) => !without.includes(service)),
  );
  const { databaseAccess, databaseSettings } = await import('./database-access.mjs');
  const access = await steps.step('Databases', async (say) => {
    const found = await databaseAccess(database, settings);
    say(
      Object.values(found.urls)
        .map((url) => url.replace(/^[^:]+:\/\/[^/]*\/|\?.*$/g, ''))
        .join(', '),
    );
    return found;
  });
  const own = {
    'order-service': {
      ...databaseSettings('orders', access),
      ...databaseSettings('ordersRead', access, 'READ_DATABASE_URL'),
    },
    'inventory-service': databaseSettings('inventory', access),
    'payment-service': databaseSettings('payments', access),
  };
  const common = commonEnvironment(directory, settings);
  let ports = await servicePorts(settings, { anywhere, say: (text) => steps.say(text) });

  const startService = async (name) => {
    const logFile = path.join(directory, 'logs', `${name}.log`);
    for (let tryNumber = 1; ; tryNumber++) {
      if (shutdown.begun) throw new Error('it was asked to stop');
      const { port, metricsPort, fixed } = ports[name];
      const service = new Service({
        name,
        port,
        env: {
          ...common,
          ...own[name],
          RABBITMQ_URL: brokerUrlOf(broker, name),
          PORT: String(port),
          METRICS_PORT: String(metricsPort),
        },
        logFile,
        onProcess: (...process_) => register.record(...process_),
        say: (text) => steps.warn(text),
        hurry: shutdown.hurry,
      });
      shutdown.add(name, () => service.stop());
      try {
        await service.start();
        shutdown.add(
          `the log of ${name}`,
          followLog(logFile, (text) => steps.warn(text)),
        );
        return service;
      } catch (error) {
        // Somebody else, perhaps another copy of this project that starts right now, was faster to take a port.
        const lostRace =
          error instanceof GaveUp && !fixed && !((await isFree(port)) && (await isFree(metricsPort)));
        if (!lostRace || tryNumber === startTries) throw error;
        const others = await servicePorts(settings, { anywhere, say: () => undefined });
        ports = { ...ports, [name]: others[name] };
        steps.say(
          `a port was taken meanwhile: ${name} uses ${ports[name].port} and ${ports[name].metricsPort}`,
        );
      }
    }
  };

  const started = await steps.step('Services', async (say) => {
    const results = await Promise.allSettled(starting.map(({ name }) => startService(name)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    say(starting.map(({ name }) => `${name} :${ports[name].port}`).join(', '));
    return results.map((result) => result.value);
  });
  return {
    environment: toolEnvironment({ ports, access, broker, common, directory, without }),
    services: started,
    missing: await missingParticipants(broker, without, settings),
    brokerUrl: shownUrl(broker.url, settings),
  };
}

/** Where each service has a user of its own, it connects as that one. */
const brokerUrlOf = (broker, service) => broker.serviceUrls?.[service] ?? broker.url;

/** Whoever has set a broker knows its password, and others may read along. */
const shownUrl = (url, settings) => (settings.RABBITMQ_URL ? withoutPassword(url) : url);

/** What somebody needs to know who has a program in the place of a participant. */
async function missingParticipants(broker, without, settings) {
  if (without.length === 0) return [];
  const apart = await virtualHostApart(broker);
  return Object.values(participants)
    .filter(({ service }) => without.includes(service))
    .map((participant) => ({
      ...participant,
      brokerUrl: shownUrl(brokerUrlOf(broker, participant.service), settings),
      apart: apart && {
        brokerUrl: shownUrl(brokerUrlOf(apart, participant.service), settings),
        testUrl: shownUrl(brokerUrlOf(apart, 'order-service'), settings),
      },
    }));
}

function commonEnvironment(directory, settings) {
  const production = isProduction(settings);
  const verifiesOtherwise = settings.JWT_PUBLIC_KEY || settings.JWT_JWKS_URL;
  return {
    ...settings,
    NODE_ENV: settings.NODE_ENV ?? 'development',
    RUN_MIGRATIONS: settings.RUN_MIGRATIONS ?? 'true',
    ...(production ? {} : { SEED_DEMO: settings.SEED_DEMO ?? 'true' }),
    // Production has to bring its own secret; a missing one is for the service to refuse.
    ...(production || verifiesOtherwise ? {} : { JWT_SECRET: jwtSecret(directory, settings) }),
  };
}

/** How a tool (replay, reconcile, token) reaches what was started. */
function toolEnvironment({ ports, access, broker, common, directory, without }) {
  const { urls, migrations } = access;
  const url = (name) => (without.includes(name) ? undefined : `http://127.0.0.1:${ports[name].port}`);
  const metrics = (name) =>
    without.includes(name) ? undefined : `http://127.0.0.1:${ports[name].metricsPort}/metrics`;
  const entries = {
    ORDER_URL: url('order-service'),
    INVENTORY_URL: url('inventory-service'),
    PAYMENT_URL: url('payment-service'),
    ORDER_METRICS_URL: metrics('order-service'),
    INVENTORY_METRICS_URL: metrics('inventory-service'),
    PAYMENT_METRICS_URL: metrics('payment-service'),
    DATABASE_URL: urls.orders,
    ORDERS_DATABASE_URL: urls.orders,
    READ_DATABASE_URL: urls.ordersRead,
    INVENTORY_DATABASE_URL: urls.inventory,
    PAYMENTS_DATABASE_URL: urls.payments,
    MIGRATION_DATABASE_URL: migrations.orders,
    MIGRATION_READ_DATABASE_URL: migrations.ordersRead,
    MIGRATION_INVENTORY_DATABASE_URL: migrations.inventory,
    MIGRATION_PAYMENTS_DATABASE_URL: migrations.payments,
    RABBITMQ_URL: broker.url,
    RABBITMQ_MANAGEMENT_URL: broker.managementUrl,
    JWT_SECRET: common.JWT_SECRET,
    JWT_ISSUER: common.JWT_ISSUER,
    JWT_AUDIENCE: common.JWT_AUDIENCE,
    LOG_DIRECTORY: path.relative(inRoot(), path.join(directory, 'logs')),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}
