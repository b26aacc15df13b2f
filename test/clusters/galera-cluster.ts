import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { findClusterParts } from '../../scripts/provision/cluster-parts.mjs';
import { startMariadb } from '../../scripts/provision/mariadb.mjs';
import { eventually } from '../support/eventually.js';
import { PrivateServer } from '../support/private-servers.js';
import { clusterFolder } from './cluster-folder.js';

const size = 3;

/** A node that was killed copies all data from another one before it is of use. */
const joinMs = 120_000;

interface NodePorts {
  readonly group: number;
  readonly increments: number;
  readonly copies: number;
}

/** Three database servers that are one: what commits on one is certified on all. */
export class GaleraCluster {
  private constructor(readonly nodes: readonly PrivateServer[]) {}

  /** @param donor the node that gives its data to others which come back, where one is to. */
  static async start({ donor }: { readonly donor?: number } = {}): Promise<GaleraCluster> {
    const parts = findClusterParts();
    const password = randomBytes(18).toString('base64url');
    const ports = await freePorts(3 * size);
    const members = Array.from({ length: size }, (_, n): NodePorts => {
      const [group, increments, copies] = ports.slice(3 * n, 3 * n + 3) as [number, number, number];
      return { group, increments, copies };
    });
    const nodes: PrivateServer[] = [];
    // One after the other: each copies its data from those that are there.
    for (const [n, own] of members.entries()) {
      let founding = n === 0;
      const boot = async (directory: string) => {
        const args = [...nodeArguments(n, own, members, parts['provider'] as string)];
        if (founding) args.push('--wsrep-new-cluster');
        // With the comma: or else any other.
        if (donor !== undefined) args.push(`--wsrep-sst-donor=${nameOf(donor)},`);
        const tools = [path.dirname(parts['transfer'] as string)];
        const started = await startMariadb(directory, parts['mariadb'], { args, password, tools });
        await untilSynced(started.url);
        founding = false;
        return started;
      };
      nodes.push(await PrivateServer.start(path.join(clusterFolder(`database-${n + 1}`), 'mariadb'), boot));
    }
    return new GaleraCluster(nodes);
  }

  get urls(): readonly string[] {
    return this.nodes.map(({ url }) => url);
  }
}

const nameOf = (n: number): string => `node-${n + 1}`;

function nodeArguments(
  n: number,
  { group, increments, copies }: NodePorts,
  members: readonly NodePorts[],
  provider: string,
): string[] {
  const options = [
    `base_port=${group}`,
    `gmcast.listen_addr=tcp://127.0.0.1:${group}`,
    `ist.recv_addr=127.0.0.1:${increments}`,
    'gcache.size=32M',
  ];
  return [
    `--server-id=${n + 1}`,
    '--innodb-buffer-pool-size=128M',
    '--binlog-format=ROW',
    '--innodb-autoinc-lock-mode=2',
    '--wsrep-on=ON',
    `--wsrep-provider=${provider}`,
    '--wsrep-cluster-name=order-service-test',
    `--wsrep-cluster-address=gcomm://${members.map((member) => `127.0.0.1:${member.group}`).join(',')}`,
    `--wsrep-node-name=${nameOf(n)}`,
    '--wsrep-node-address=127.0.0.1',
    `--wsrep-provider-options=${options.join(';')}`,
    '--wsrep-sst-method=rsync',
    `--wsrep-sst-receive-address=127.0.0.1:${copies}`,
  ];
}

/** A node answers before it has caught up with the others, and refuses statements until then. */
const untilSynced = (url: string): Promise<void> =>
  eventually(async () => {
    const connection = await createConnection({ uri: url, connectTimeout: 5_000 });
    try {
      const [rows] = await connection.query<RowDataPacket[]>("SHOW STATUS LIKE 'wsrep_ready'");
      if (rows[0]?.['Value'] !== 'ON')
        throw new Error(`${new URL(url).host} is not in step with its cluster`);
    } finally {
      connection.destroy();
    }
  }, joinMs);
