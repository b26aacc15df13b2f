import path from 'node:path';
import { isProduction } from '../lib/settings.mjs';
import { containers, findEngine } from './container-engine.mjs';
import { installDebianPackages } from './debian-packages.mjs';
import { findMariadb, healthyMariadb, startMariadb } from './mariadb.mjs';
import { probeAmqp, probeMysql } from './probe.mjs';
import { findRabbitmq, healthyRabbitmq, startRabbitmq } from './rabbitmq.mjs';
import { administrator, samplePasswords, urlsOfServices } from './broker-definitions.mjs';
import { canInstallPackages } from './system.mjs';

/**
 * What differs between the two servers; the order of the sources does not.
 *
 * @typedef {object} Context
 * @property {string} directory where private instances keep their data
 * @property {Record<string, string>} settings
 * @property {boolean} [forTests] tests never use the servers that the services run on
 * @property {boolean} [management] a broker that is made for it has its management API, which takes memory
 * @property {(text: string) => void} say
 * @property {(title: string, stop: () => Promise<unknown>) => void} onStarted told of each server as soon as it has a process
 * @property {() => boolean} ended true when nothing more is to be started
 */

/** @param {Context} context */
export function databaseSources(context) {
  const directory = path.join(context.directory, 'mariadb');
  return sourcesOf(context, {
    setting: context.forTests ? 'TEST_DATABASE_URL' : 'DATABASE_URL',
    protocols: { 'mysql:': 3306, 'mariadb:': 3306 },
    probe: probeMysql,
    title: 'MariaDB',
    service: 'mysql',
    containerServer: (ports) => ({ url: `mysql://root:sample-root-password@127.0.0.1:${ports.mysql}` }),
    containerPort: (ports) => ports.mysql,
    find: findMariadb,
    wanted: 'mariadbd or mysqld',
    healthy: () => healthyMariadb(directory),
    start: (binaries, options) => startMariadb(directory, binaries, options),
    // The core packages bring the binaries and no system service. The installer of the data needs a tool of the client's.
    packages: [['mariadb-server-core', 'mariadb-client-core'], ['mariadb-server']],
    units: ['mariadb.service'],
  });
}

/** @param {Context} context */
export function brokerSources(context) {
  const directory = path.join(context.directory, 'rabbitmq');
  return sourcesOf(context, {
    setting: context.forTests ? 'TEST_RABBITMQ_URL' : 'RABBITMQ_URL',
    managementSetting: context.forTests ? 'TEST_RABBITMQ_MANAGEMENT_URL' : 'RABBITMQ_MANAGEMENT_URL',
    protocols: { 'amqp:': 5672, 'amqps:': 5671 },
    probe: probeAmqp,
    title: 'RabbitMQ',
    service: 'rabbitmq',
    containerServer: (ports) => {
      const passwords = samplePasswords();
      const credentials = `${administrator}:${passwords[administrator]}`;
      const url = `amqp://${credentials}@127.0.0.1:${ports.amqp}`;
      return {
        url,
        serviceUrls: urlsOfServices(url, passwords),
        managementUrl: `http://${credentials}@127.0.0.1:${ports.management}`,
      };
    },
    containerPort: (ports) => ports.amqp,
    find: findRabbitmq,
    wanted: 'rabbitmq-server with Erlang',
    healthy: () => healthyRabbitmq(directory),
    start: (binaries, options) =>
      startRabbitmq(directory, binaries, { ...options, management: context.forTests || context.management }),
    packages: [['rabbitmq-server']],
    units: ['rabbitmq-server.service', 'epmd.service', 'epmd.socket'],
  });
}

function sourcesOf({ directory, settings, say, onStarted, ended }, server) {
  const given = givenSource(settings, server);
  if (isProduction(settings)) return [given];
  const start = (binaries) => {
    if (ended()) throw new Error('it was asked to stop');
    return server.start(binaries, { onStarted: (stop) => onStarted(server.title, stop) });
  };
  return [
    given,
    {
      name: 'the private instance of an earlier run',
      look: async () => {
        const running = await server.healthy();
        return running
          ? { applies: true, why: `${server.title} ${running.version} is running in ${directory}` }
          : { applies: false, why: `none is running in ${directory}` };
      },
      take: async () => {
        const running = await server.healthy();
        if (!running) throw new Error('it has just ended');
        onStarted(server.title, running.stop);
        return running;
      },
    },
    containerSource({ directory, onStarted }, server),
    {
      name: `${server.title} on this machine`,
      look: async () => {
        const binaries = server.find();
        return binaries
          ? { applies: true, why: binaries.server }
          : { applies: false, why: `no ${server.wanted} on PATH or in the usual places` };
      },
      take: async () => start(server.find()),
    },
    {
      name: `packages (${server.packages[0].join(', ')})`,
      look: async () =>
        server.find()
          ? { applies: false, why: 'what they would bring is on this machine' }
          : canInstallPackages(),
      take: async () => {
        say(
          `${server.title}: installing the packages ${server.packages[0].join(', ')}; no system service is started`,
        );
        await installDebianPackages(server.packages, { units: server.units });
        const binaries = server.find();
        if (!binaries) throw new Error(`the packages are installed, yet there is no ${server.wanted}`);
        return start(binaries);
      },
    },
  ];
}

function givenSource(settings, { setting, managementSetting, protocols, probe, title }) {
  const url = settings[setting];
  return {
    name: setting,
    binding: true,
    look: async () =>
      url ? { applies: true, why: withoutPassword(url) } : { applies: false, why: 'not set' },
    take: async () => {
      const { protocol, hostname, port } = parse(url);
      const usualPort = protocols[protocol];
      if (!usualPort) throw new Error(`it has to begin with ${Object.keys(protocols).join('// or ')}//`);
      // Behind TLS the broker says nothing in plain text; the services find out.
      const version =
        protocol === 'amqps:'
          ? title
          : await probe({ host: hostname, port: Number(port || usualPort), timeoutSeconds: 10 });
      return { url, version, managementUrl: managementSetting && settings[managementSetting] };
    },
  };
}

function containerSource(
  { directory, onStarted },
  { title, service, containerServer, containerPort, probe },
) {
  return {
    name: 'Docker or Podman',
    look: async () => {
      const engine = await findEngine();
      return 'command' in engine
        ? { applies: true, why: engine.command }
        : { applies: false, why: engine.why };
    },
    take: async () => {
      const engine = await findEngine();
      if (!('command' in engine)) throw new Error(engine.why);
      const { ports, stop } = await containers(directory).up(engine.command, service);
      onStarted(title, stop);
      const version = await probe({ host: '127.0.0.1', port: containerPort(ports) });
      return { ...containerServer(ports), version, stop };
    },
  };
}

function parse(url) {
  try {
    return new URL(url);
  } catch {
    throw new Error('it is not a URL');
  }
}

/** For the eyes of whoever reads a terminal. */
export function withoutPassword(url) {
  return url.replace(/\/\/[^@/]*@/, '//…@');
}
