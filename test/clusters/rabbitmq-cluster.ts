import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { findClusterParts } from '../../scripts/provision/cluster-parts.mjs';
import { instanceFile } from '../../scripts/provision/instance-file.mjs';
import { startEpmd, startRabbitmq } from '../../scripts/provision/rabbitmq.mjs';
import { PrivateServer } from '../support/private-servers.js';
import { clusterFolder } from './cluster-folder.js';

const size = 3;

/** Three brokers that are one: a quorum queue has a leader on one of them, and a copy on each. */
export class RabbitmqCluster {
  private constructor(
    readonly nodes: readonly PrivateServer[],
    private readonly names: readonly string[],
    private readonly managementUrls: readonly string[],
  ) {}

  static async start(): Promise<RabbitmqCluster> {
    const binaries = findClusterParts()['rabbitmq'];
    const [epmdPort] = (await freePorts(1)) as [number];
    const common = path.join(clusterFolder('brokers'), 'rabbitmq');
    // Named in a file like that of a server, so that it is ended like one.
    instanceFile(common).write({ epmd: startEpmd(common, binaries, epmdPort) });
    const suffix = randomBytes(4).toString('hex');
    const names = Array.from({ length: size }, (_, n) => `order-service-${n + 1}-${suffix}@localhost`);
    const [password, cookie] = [randomBytes(18).toString('base64url'), randomBytes(18).toString('hex')];
    const managementUrls: string[] = [];
    const starting = names.map((node, n) =>
      PrivateServer.start(path.join(clusterFolder(`broker-${n + 1}`), 'rabbitmq'), async (directory) => {
        const cluster = { node, nodes: names, epmdPort, password, cookie };
        const started = await startRabbitmq(directory, binaries, { management: true, cluster });
        managementUrls[n] = started.managementUrl!;
        return started;
      }),
    );
    return new RabbitmqCluster(await Promise.all(starting), names, managementUrls);
  }

  /** Which node leads a queue, while all are well. */
  async leaderOf(queue: string): Promise<number> {
    const { origin, username, password } = new URL(this.managementUrls[0]!);
    const response = await fetch(`${origin}/api/queues/%2F/${queue}?disable_stats=true`, {
      headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    });
    const { leader } = (await response.json()) as { leader?: string };
    const index = this.names.indexOf(leader ?? '');
    if (index < 0) throw new Error(`nobody leads ${queue}: ${response.status} ${leader}`);
    return index;
  }

  get urls(): readonly string[] {
    return this.nodes.map(({ url }) => url);
  }
}
