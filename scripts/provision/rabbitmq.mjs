import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePortsLike } from '../lib/ports.mjs';
import { end, isRunning } from '../lib/process-identity.mjs';
import { run } from '../lib/run.mjs';
import { GaveUp, waitUntil } from '../lib/wait-until.mjs';
import { administrator, definitionsWith, serviceUsers, urlsOfServices } from './broker-definitions.mjs';
import { directoriesBelow, findBinary, pathWithUsualPlaces } from './find-binary.mjs';
import { instanceFile } from './instance-file.mjs';
import { startDetached, tail } from './private-server.mjs';
import { probeAmqp } from './probe.mjs';

const host = '127.0.0.1';
const startSeconds = 90;
const stopSeconds = 30;
const bootStopSeconds = 3;

/**
 * The server's own script: the wrapper that Debian puts into /usr/sbin insists on the rabbitmq user and its home.
 * Null when there is no broker, or no Erlang to run it.
 */
export function findRabbitmq() {
  const server = findBinary(
    ['rabbitmq-server'],
    [
      '/usr/lib/rabbitmq/bin',
      ...directoriesBelow('/usr/lib/rabbitmq/lib', 'sbin'),
      '/opt/homebrew/opt/rabbitmq/sbin',
      '/usr/local/opt/rabbitmq/sbin',
      ...directoriesBelow('/opt/rabbitmq', 'sbin'),
    ],
  );
  const epmd = findBinary(['epmd'], directoriesBelow('/usr/lib/erlang', 'bin'));
  return server && epmd ? { server, epmd } : null;
}

/** The private instance of an earlier run, when it still answers. */
export async function healthyRabbitmq(directory) {
  const instance = instanceFile(directory).read();
  if (!isRunning(instance?.process)) return null;
  try {
    return brokerOf(instance, await probeAmqp({ host, port: instance.ports.amqp }));
  } catch {
    return null;
  }
}

/**
 * What a node has in common with the others of its cluster. Their epmd is run by whoever starts them: nodes find each other
 * by it, so that it may not end with one of them.
 *
 * @typedef {{ node: string, nodes: readonly string[], epmdPort: number, password: string, cookie: string }} ClusterMembership
 */

/**
 * Starts a private broker whose every file, port and name is its own, so that it meets no other broker of this machine.
 *
 * @param {string} directory
 * @param {{ server: string, epmd: string }} binaries
 * @param {{
 *   management?: boolean, onStarted?: (stop: () => Promise<void>) => void, cluster?: ClusterMembership,
 *   settings?: readonly string[],
 * }} [options] settings: further lines of its configuration
 */
export async function startRabbitmq(
  directory,
  binaries,
  { management = false, onStarted, cluster, settings = [] } = {},
) {
  const file = instanceFile(directory);
  const earlier = file.read();
  await stopInstance(earlier);
  // A first start that was cut short leaves a half-made database, which no later start gets past.
  if (!earlier?.initialized) rmSync(path.join(directory, 'mnesia'), { recursive: true, force: true });
  const [amqp, dist, epmdPort, managementPort] = await freePortsLike([
    earlier?.ports?.amqp,
    earlier?.ports?.dist,
    earlier?.ports?.epmd,
    earlier?.ports?.management,
  ]);
  const instance = {
    // The stored queues belong to the node's name: it has to stay the same for as long as the data do.
    node: cluster?.node ?? earlier?.node ?? `order-service-${randomBytes(4).toString('hex')}@localhost`,
    user: administrator,
    password: cluster?.password ?? earlier?.password ?? newPassword(),
    // Not on a cluster: what a node loads when it starts, it has by itself.
    passwords: cluster ? undefined : (earlier?.passwords ?? newPasswords()),
    ports: { amqp, dist, epmd: cluster?.epmdPort ?? epmdPort, management: managementPort },
    management,
    initialized: earlier?.initialized ?? false,
  };
  const env = environment(directory, instance);
  writeConfiguration(directory, instance, { cluster, more: settings });

  const epmd = cluster ? undefined : startEpmd(directory, binaries, epmdPort);
  file.write({ ...instance, epmd });
  const logFile = path.join(directory, 'server.log');
  const process_ = startDetached(binaries.server, [], { logFile, env, cwd: directory });
  const running = { ...instance, epmd, process: process_ };
  file.write(running);
  let ready = false;
  // While it boots it does not listen to SIGTERM, and has nothing in hand yet that could be lost.
  onStarted?.(() => stopInstance(running, { graceSeconds: ready ? stopSeconds : bootStopSeconds }));

  const version = await waitUntil(
    () => {
      if (!isRunning(process_)) throw new GaveUp(`${binaries.server} ended at once:\n${tail(logFile)}`);
      return probeAmqp({ host, port: amqp });
    },
    { seconds: startSeconds, what: `${binaries.server} answering on port ${amqp} (log: ${logFile})` },
  );
  ready = true;
  file.write({ ...running, initialized: true });
  return brokerOf(running, version);
}

/** Erlang would start epmd as a daemon that outlives the broker; as a child of ours it can be ended. */
export function startEpmd(directory, binaries, port) {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return startDetached(binaries.epmd, ['-port', String(port), '-address', host], {
    logFile: path.join(directory, 'epmd.log'),
    env: { PATH: pathWithUsualPlaces() },
    cwd: directory,
  });
}

/**
 * Runs a command-line tool of the broker, such as `rabbitmq-queues`, on a private one that runs.
 *
 * @param {string} directory
 * @param {{ server: string }} binaries
 * @param {readonly string[]} command the tool and its arguments
 * @returns {Promise<string>} what it says. @throws Error with that when it fails.
 */
export async function runRabbitmqTool(directory, binaries, [tool, ...args]) {
  const instance = instanceFile(directory).read();
  const file = path.join(path.dirname(binaries.server), tool);
  const { code, output } = await run(file, ['--node', instance.node, ...args], {
    timeoutSeconds: 60,
    env: environment(directory, instance),
  });
  if (code !== 0) throw new Error(`${tool} ${args.join(' ')} failed:\n${output.trim()}`);
  return output;
}

const newPassword = () => randomBytes(18).toString('base64url');

const newPasswords = () => Object.fromEntries(serviceUsers.map((user) => [user, newPassword()]));

function brokerOf(instance, version) {
  const credentials = `${instance.user}:${instance.password}`;
  const url = `amqp://${credentials}@${host}:${instance.ports.amqp}`;
  return {
    url,
    serviceUrls: instance.passwords && urlsOfServices(url, instance.passwords),
    managementUrl: instance.management
      ? `http://${credentials}@${host}:${instance.ports.management}`
      : undefined,
    version,
    stop: () => stopInstance(instance),
  };
}

async function stopInstance(instance, { graceSeconds = stopSeconds } = {}) {
  await end(instance?.process, { graceSeconds });
  await end(instance?.epmd, { graceSeconds: 5 });
}

function environment(directory, { node, ports }) {
  const at = (name) => path.join(directory, name);
  return {
    PATH: pathWithUsualPlaces(),
    LANG: 'C.UTF-8',
    HOME: at('home'), // of the Erlang cookie
    TMPDIR: process.env.TMPDIR ?? '/tmp',
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: host,
    RUNNING_UNDER_SYSTEMD: 'true', // one process, not a shell that waits for one
    RABBITMQ_NODENAME: node,
    RABBITMQ_DIST_PORT: String(ports.dist),
    RABBITMQ_CONF_ENV_FILE: at('none'),
    RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: at('none'),
    RABBITMQ_MNESIA_BASE: at('mnesia'),
    RABBITMQ_LOG_BASE: at('log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: at('enabled_plugins'),
    RABBITMQ_PLUGINS_EXPAND_DIR: at('plugins-expand'),
    RABBITMQ_GENERATED_CONFIG_DIR: at('config'),
    RABBITMQ_SCHEMA_DIR: at('schema'),
    RABBITMQ_PID_FILE: at('server.pid'),
    // Idle schedulers sleep instead of spinning, and stay unpinned: this machine has other work to do.
    RABBITMQ_SCHEDULER_BUSY_WAIT_THRESHOLD: 'none',
    RABBITMQ_SCHEDULER_BIND_TYPE: 'u',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
}

function writeConfiguration(directory, { user, password, passwords, ports, management }, { cluster, more }) {
  for (const name of ['home', 'mnesia', 'log', 'config', 'schema']) {
    mkdirSync(path.join(directory, name), { recursive: true, mode: 0o700 });
  }
  const definitionsFile = path.join(directory, 'definitions.json');
  const settings = [
    `listeners.tcp.default = ${host}:${ports.amqp}`,
    ...(passwords
      ? [`load_definitions = ${definitionsFile}`]
      : [`default_user = ${user}`, `default_pass = ${password}`]),
    'log.console = false',
    'log.file.level = warning',
    ...(management
      ? [
          `management.tcp.ip = ${host}`,
          `management.tcp.port = ${ports.management}`,
          'management_agent.disable_metrics_collector = true',
        ]
      : []),
    ...(cluster
      ? [
          'cluster_formation.peer_discovery_backend = classic_config',
          ...cluster.nodes.map(
            (node, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${node}`,
          ),
        ]
      : []),
    ...more,
  ];
  if (cluster) writeCookie(path.join(directory, 'home', '.erlang.cookie'), cluster.cookie);
  if (passwords) {
    const definitions = definitionsWith({ ...passwords, [user]: password });
    writeFileSync(definitionsFile, JSON.stringify(definitions), { mode: 0o600 });
  }
  writeFileSync(path.join(directory, 'rabbitmq.conf'), `${settings.join('\n')}\n`, { mode: 0o600 });
  writeFileSync(path.join(directory, 'enabled_plugins'), management ? '[rabbitmq_management].\n' : '[].\n');
}

/** Nodes talk to those that know the same word. Erlang insists on a file that nobody else can read. */
function writeCookie(file, cookie) {
  rmSync(file, { force: true });
  writeFileSync(file, cookie, { mode: 0o400 });
}
