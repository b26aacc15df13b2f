import { randomBytes, randomUUID } from 'node:crypto';
import { parkedPolicy } from '#libs/contracts/declarations.js';
import { services, type Service } from '#libs/contracts/topology.js';
import { rightsOf, topologyOfVirtualHost } from '../../scripts/provision/broker-definitions.mjs';
import { eventually } from './eventually.js';

export interface VirtualHost {
  readonly name: string;
  /** amqp:// with this virtual host. */
  readonly url: string;
  /** Ends the connections to it, as an operator would, when there are that many. */
  closeConnections(count: number): Promise<void>;
  /** From now on the broker tells of all that is published here, the default exchange included (its "firehose"). */
  trace(): Promise<void>;
  drop(): Promise<void>;
}

/** One where each service may do what it needs, and nothing else. */
export interface GuardedVirtualHost extends VirtualHost {
  /** amqp:// with a user of its own for each service. */
  readonly serviceUrls: Readonly<Record<Service, string>>;
  /** Which user is which service, as the services want to be told. */
  readonly environment: { readonly BROKER_USERS: string };
  /** Gives a service's user every right, as a mistake of whoever runs the broker would. */
  allowEverything(service: Service): Promise<void>;
}

/**
 * A virtual host for one test file, made through the broker's management API: its queues and connections are nobody
 * else's, whatever a test does to them.
 */
export async function createVirtualHost(): Promise<VirtualHost> {
  const name = `test-${randomUUID()}`;
  const broker = new URL(required('TEST_RABBITMQ_URL'));
  const path = `/api/vhosts/${name}`;
  await management('PUT', path);
  await management('PUT', `/api/permissions/${name}/${broker.username}`, everything);
  broker.pathname = `/${name}`;
  return {
    name,
    url: broker.href,
    closeConnections: (count) => closeConnections(name, count),
    trace: async () => void (await management('PUT', path, { tracing: true })),
    drop: async () => void (await management('DELETE', path)),
  };
}

export interface MonitoringUser {
  /** The management API, as this user asks it. */
  readonly url: string;
  drop(): Promise<void>;
}

/** A user of the broker who may look at a virtual host, and neither read, write nor change anything there. */
export async function createMonitoringUser(virtualHost: string): Promise<MonitoringUser> {
  const [name, password] = [`test-${randomUUID()}`, randomUUID()];
  await management('PUT', `/api/users/${name}`, { password, tags: 'monitoring' });
  await management('PUT', `/api/permissions/${virtualHost}/${name}`, { configure: '', write: '', read: '' });
  const url = new URL(required('TEST_RABBITMQ_MANAGEMENT_URL'));
  Object.assign(url, { username: name, password });
  return { url: url.href, drop: async () => void (await management('DELETE', `/api/users/${name}`)) };
}

/** With what deploy/rabbitmq/definitions.json says: topology, policy, and rights. */
export async function createGuardedVirtualHost(): Promise<GuardedVirtualHost> {
  const host = await createVirtualHost();
  await management('POST', `/api/definitions/${host.name}`, topologyOfVirtualHost());
  const password = randomBytes(16).toString('hex');
  // Users are the whole broker's; those of other tests are to have other rights.
  const users = services.map((service) => [service, `${service}-${host.name}`] as const);
  const permissions = (user: string): string => `/api/permissions/${host.name}/${user}`;
  const urls = users.map(([service, user]) => {
    const url = new URL(host.url);
    Object.assign(url, { username: user, password });
    return [service, url.href] as const;
  });
  for (const [service, user] of users) {
    await management('PUT', `/api/users/${user}`, { password, tags: '' });
    await management('PUT', permissions(user), rightsOf(service));
  }
  return {
    ...host,
    serviceUrls: Object.fromEntries(urls) as Record<Service, string>,
    environment: { BROKER_USERS: users.map((pair) => pair.join('=')).join(',') },
    allowEverything: async (service) =>
      void (await management('PUT', permissions(`${service}-${host.name}`), everything)),
    drop: async () => {
      await host.drop();
      for (const [, user] of users) await management('DELETE', `/api/users/${user}`);
    },
  };
}

/** Sets what deploy/rabbitmq/definitions.json says for parking lots, or something else in its place. */
export async function setParkedPolicy(host: VirtualHost, definition: object): Promise<void> {
  const { name, pattern } = parkedPolicy;
  const body = { pattern, definition, 'apply-to': 'queues' };
  await management('PUT', `/api/policies/${host.name}/${name}`, body);
}

/** The API lists a connection with its statistics, which a broker may have some seconds later. */
async function closeConnections(virtualHost: string, count: number): Promise<void> {
  const listed = await eventually(async () => {
    const all = (await management('GET', '/api/connections')) as { name: string; vhost?: string }[];
    const ours = all.filter(({ vhost }) => vhost === virtualHost);
    if (ours.length !== count) throw new Error(`${ours.length} connections are listed`);
    return ours;
  }, 30_000);
  for (const { name } of listed) await management('DELETE', `/api/connections/${encodeURIComponent(name)}`);
}

const everything = { configure: '.*', write: '.*', read: '.*' };

async function management(method: string, path: string, body?: object): Promise<unknown> {
  const url = new URL(required('TEST_RABBITMQ_MANAGEMENT_URL'));
  const credentials = Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`);
  const response = await fetch(new URL(path, url.origin), {
    method,
    headers: {
      authorization: `Basic ${credentials.toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  // 404 on DELETE: gone already, which is what was wanted.
  if (!response.ok && !(method === 'DELETE' && response.status === 404)) {
    throw new Error(`${method} ${path}: ${response.status} ${text}`);
  }
  return text ? JSON.parse(text) : undefined;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with npm test`);
  return value;
}
