import { createHash } from 'node:crypto';
import path from 'node:path';
import { freePortsLike } from '../lib/ports.mjs';
import { root } from '../lib/project.mjs';
import { run } from '../lib/run.mjs';
import { findBinary, pathWithUsualPlaces } from './find-binary.mjs';
import { instanceFile } from './instance-file.mjs';

const upSeconds = 600;

/**
 * A Docker or Podman whose *engine* answers and that has compose: a client alone is on many machines and helps nobody.
 * @returns {Promise<{ command: string } | { why: string }>}
 */
export async function findEngine() {
  const missing = [];
  for (const name of ['docker', 'podman']) {
    const command = findBinary([name]);
    if (!command) {
      missing.push(`no ${name}`);
      continue;
    }
    const info = await run(command, ['info'], { timeoutSeconds: 5 });
    if (info.code !== 0) {
      missing.push(`${name} is here, its engine does not answer`);
      continue;
    }
    const compose = await run(command, ['compose', 'version'], { timeoutSeconds: 5 });
    if (compose.code === 0) return { command };
    missing.push(`${name} has no compose`);
  }
  return { why: missing.join('; ') };
}

const projects = new Map();

/**
 * The database and the broker of docker-compose.yml, as a project of this directory's own: another copy of the project,
 * or its tests, have theirs.
 *
 * @param {string} directory where the published ports are remembered
 */
export function containers(directory) {
  if (!projects.has(directory)) projects.set(directory, composeProject(directory));
  return projects.get(directory);
}

function composeProject(directory) {
  const project = `order-service-${createHash('sha256').update(directory).digest('hex').slice(0, 8)}`;
  const file = instanceFile(path.join(directory, 'containers'));
  const base = ['compose', '--project-name', project];
  /** @type {Promise<{ mysql: number, amqp: number, management: number }> | undefined} */
  let choosing; // once for both services: each is published on the ports that the other was told

  const choosePorts = async (command) => {
    const earlier = file.read()?.ports;
    const { output } = await run(command, [...base, 'ps', '--quiet'], { cwd: root });
    if (earlier && output.trim()) return earlier; // taken by the very containers that are to be reused
    const [mysql, amqp, management] = await freePortsLike([
      earlier?.mysql,
      earlier?.amqp,
      earlier?.management,
    ]);
    const ports = { mysql, amqp, management };
    file.write({ project, ports });
    return ports;
  };

  const compose = async (command, args) => {
    const ports = await (choosing ??= choosePorts(command));
    const { code, output } = await run(command, [...base, ...args], {
      cwd: root,
      timeoutSeconds: upSeconds,
      env: {
        ...process.env,
        PATH: pathWithUsualPlaces(),
        MYSQL_PORT: String(ports.mysql),
        RABBITMQ_PORT: String(ports.amqp),
        RABBITMQ_MANAGEMENT_PORT: String(ports.management),
      },
    });
    if (code !== 0)
      throw new Error(`${path.basename(command)} compose ${args.join(' ')} failed: ${output.trim()}`);
    return ports;
  };

  return {
    /**
     * @param {string} command the engine's client
     * @param {'mysql' | 'rabbitmq'} service
     */
    async up(command, service) {
      const ports = await compose(command, ['up', '--detach', '--wait', service]);
      return { ports, stop: () => compose(command, ['stop', service]) };
    },
  };
}
