import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { findClusterParts } from '../../scripts/provision/cluster-parts.mjs';
import { instanceFile } from '../../scripts/provision/instance-file.mjs';
import { startDetached } from '../../scripts/provision/private-server.mjs';
import { probeAmqp, probeMysql } from '../../scripts/provision/probe.mjs';
import { onServer } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { clusterFolder } from './cluster-folder.js';

/** What is deployed is what is tested. */
const deployed = path.resolve('deploy/haproxy');

/** Leads everybody to the first database node that is well. @returns the proxy's URL. */
export async function proxyToOneWriter(urls: readonly string[]): Promise<string> {
  await createCheckUser(urls);
  const addresses = addressesOf('GALERA', urls);
  const [url] = await startProxy('galera-one-writer', ['DATABASE_ADDRESS'], addresses, urls, probeMysql);
  return url!;
}

/** Two addresses that lead to a node each while both are well. @returns the proxy's URLs. */
export async function proxyToTwoWriters(urls: readonly string[]): Promise<readonly string[]> {
  await createCheckUser(urls);
  const addresses = addressesOf('GALERA', urls);
  return startProxy('galera-two-writers', ['FIRST_ADDRESS', 'SECOND_ADDRESS'], addresses, urls, probeMysql);
}

/** Leads each connection to the next broker that is well. @returns the proxy's URL. */
export async function proxyToAnyBroker(urls: readonly string[]): Promise<string> {
  const addresses = addressesOf('RABBITMQ', urls);
  const [url] = await startProxy('rabbitmq', ['RABBITMQ_ADDRESS'], addresses, urls, probeAmqp);
  return url!;
}

/** The user that may do nothing, for the proxy to greet the nodes with. */
const createCheckUser = (urls: readonly string[]): Promise<void> =>
  onServer(async (node) => void (await node.query("CREATE USER proxy_check@'127.0.0.1'")), urls[0]);

const addressesOf = (name: string, urls: readonly string[]): Record<string, string> =>
  Object.fromEntries(urls.map((url, n) => [`${name}_${n + 1}`, new URL(url).host]));

/** @returns the first node's URL, with each of the proxy's addresses in it. */
async function startProxy(
  configuration: string,
  listening: readonly string[],
  nodes: Readonly<Record<string, string>>,
  urls: readonly string[],
  probe: (address: { host: string; port: number }) => Promise<string>,
): Promise<readonly string[]> {
  const folder = path.join(clusterFolder(configuration), 'haproxy');
  await mkdir(folder, { recursive: true });
  const ports = await freePorts(listening.length);
  const addresses = Object.fromEntries(listening.map((name, n) => [name, `127.0.0.1:${ports[n]}`]));
  const files = ['defaults', configuration].flatMap((name) => ['-f', path.join(deployed, `${name}.cfg`)]);
  const process_ = startDetached(findClusterParts()['haproxy'] as string, ['-db', ...files], {
    logFile: path.join(folder, 'server.log'),
    env: { PATH: process.env['PATH'], ...addresses, ...nodes },
    cwd: folder,
  });
  instanceFile(folder).write({ process: process_ });
  for (const port of ports) await eventually(() => probe({ host: '127.0.0.1', port }));
  return ports.map((port) => Object.assign(new URL(urls[0]!), { port: String(port) }).href);
}
