import path from 'node:path';
import { findClusterParts } from '../../scripts/provision/cluster-parts.mjs';
import { startMariadb } from '../../scripts/provision/mariadb.mjs';
import { startRabbitmq } from '../../scripts/provision/rabbitmq.mjs';
import { createTestDatabases, type TestDatabases } from '../support/database.js';
import { PrivateServer } from '../support/private-servers.js';
import type { StackServers } from '../support/stack.js';
import { clusterFolder } from './cluster-folder.js';

/** A lone database server, for runs in which the brokers are the cluster. */
export const loneDatabase = (): Promise<PrivateServer> =>
  PrivateServer.start(path.join(clusterFolder('database'), 'mariadb'), (directory) =>
    startMariadb(directory, findClusterParts()['mariadb']),
  );

/** A lone broker, for runs in which the databases are the cluster. */
export const loneBroker = (): Promise<PrivateServer> =>
  PrivateServer.start(path.join(clusterFolder('broker'), 'rabbitmq'), (directory) =>
    startRabbitmq(directory, findClusterParts()['rabbitmq']),
  );

/** Where a stack keeps its state; the servers go as a whole, so that nothing is dropped. */
export async function stackServers(databaseUrl: string, brokerUrl: string): Promise<StackServers> {
  const databases = await createTestDatabases(
    ['orders', 'orders_read', 'inventory', 'payments'],
    databaseUrl,
  );
  const nothing = (): Promise<void> => Promise.resolve();
  return { databases: { ...databases, drop: nothing }, broker: { url: brokerUrl, drop: nothing } };
}

/** The same databases, as another node of their cluster has them. */
export const asNodeHas = (databases: TestDatabases, node: string): TestDatabases => ({
  ...databases,
  url: (name) => onNode(databases.url(name), node),
});

/** The URL of a database or a broker with another server in it. */
export const onNode = (url: string, node: string): string =>
  Object.assign(new URL(url), { host: new URL(node).host }).href;

/** The same URL with all these servers in it, which is none for anybody but the services. */
export const onNodes = (url: string, nodes: readonly string[]): string =>
  url.replace(new URL(url).host, nodes.map((node) => new URL(node).host).join(','));
