import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { findClusterParts } from '../../scripts/provision/cluster-parts.mjs';
import { instanceFile } from '../../scripts/provision/instance-file.mjs';
import { startDetached } from '../../scripts/provision/private-server.mjs';
import { probeAmqp, probeMysql } from '../../scripts/provision/probe.mjs';
import { eventually } from '../support/eventually.js';
import { clusterFolder } from './cluster-folder.js';

/** A user of the database that may do nothing, for the proxy to greet the nodes with. */
export const checkUser = 'proxy_check';

/** Leads everybody to the first database node that is well: one writes, the others stand by. @returns the proxy's URL. */
export const proxyToOneWriter = (urls: readonly string[]): Promise<string> =>
  startProxy('database-proxy', urls, probeMysql, [
    `option mysql-check user ${checkUser}`,
    ...urls.map((url, n) => server(url, n, n === 0 ? 'on-marked-up shutdown-backup-sessions' : 'backup')),
  ]);

/** Leads each connection to the next broker that is well. @returns the proxy's URL. */
export const proxyToAnyBroker = (urls: readonly string[]): Promise<string> =>
  startProxy('broker-proxy', urls, probeAmqp, [
    'balance roundrobin',
    'option tcp-check',
    // A broker that stands still accepts connections like any other: it has to answer the protocol's greeting.
    'tcp-check send-binary 414d515000000901',
    'tcp-check expect binary 01',
    ...urls.map((url, n) => server(url, n)),
  ]);

/** Connections to a node that is given up are ended, so that their clients come again and are led to another. */
const server = (url: string, n: number, more = ''): string =>
  `server node-${n + 1} ${new URL(url).host} check inter 1s fall 2 rise 2 on-marked-down shutdown-sessions ${more}`;

async function startProxy(
  name: string,
  urls: readonly string[],
  probe: (address: { host: string; port: number }) => Promise<string>,
  backend: readonly string[],
): Promise<string> {
  const folder = path.join(clusterFolder(name), 'haproxy');
  await mkdir(folder, { recursive: true });
  const [port] = (await freePorts(1)) as [number];
  const file = path.join(folder, 'haproxy.cfg');
  await writeFile(file, configuration(port, backend));
  const process_ = startDetached(findClusterParts()['haproxy'] as string, ['-db', '-f', file], {
    logFile: path.join(folder, 'server.log'),
    env: { PATH: process.env['PATH'] },
    cwd: folder,
  });
  instanceFile(folder).write({ process: process_ });
  await eventually(() => probe({ host: '127.0.0.1', port }));
  return Object.assign(new URL(urls[0]!), { port: String(port) }).href;
}

const configuration = (port: number, backend: readonly string[]): string => `global
  maxconn 2000
defaults
  mode tcp
  timeout connect 3s
  timeout client 8h
  timeout server 8h
  timeout check 2s
listen all
  bind 127.0.0.1:${port}
  ${backend.join('\n  ')}
`;
