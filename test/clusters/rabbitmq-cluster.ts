import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { findClusterParts } from '../../scripts/provision/cluster-parts.mjs';
import { instanceFile } from '../../scripts/provision/instance-file.mjs';
import {
  runRabbitmqTool,
  startEpmd,
  startRabbitmq,
  type ClusterMembership,
} from '../../scripts/provision/rabbitmq.mjs';
import { PrivateServer } from '../support/private-servers.js';
import { clusterFolder } from './cluster-folder.js';

const size = 3;

/** Three brokers that are one: a quorum queue has a leader on one of them, and a replica on each. */
export class RabbitmqCluster {
  readonly nodes: PrivateServer[] = [];
  private readonly managementUrls: string[] = [];

  private constructor(
    private readonly names: readonly string[],
    private readonly membership: Omit<ClusterMembership, 'node'>,
  ) {}

  static async start(): Promise<RabbitmqCluster> {
    const cluster = await RabbitmqCluster.prepare();
    await cluster.boot(0, size);
    return cluster;
  }

  /** One broker, which has everything that is declared to itself until the others {@link join}. */
  static async startAlone(): Promise<RabbitmqCluster> {
    const cluster = await RabbitmqCluster.prepare();
    await cluster.boot(0, 1);
    return cluster;
  }

  private static async prepare(): Promise<RabbitmqCluster> {
    const [epmdPort] = (await freePorts(1)) as [number];
    const common = path.join(clusterFolder('brokers'), 'rabbitmq');
    // Named in a file like that of a server, so that it is ended like one.
    instanceFile(common).write({ epmd: startEpmd(common, binaries(), epmdPort) });
    const suffix = randomBytes(4).toString('hex');
    const names = Array.from({ length: size }, (_, n) => `order-service-${n + 1}-${suffix}@localhost`);
    const [password, cookie] = [randomBytes(18).toString('base64url'), randomBytes(18).toString('hex')];
    return new RabbitmqCluster(names, { nodes: names, epmdPort, password, cookie });
  }

  /** The others come to the first one. */
  async join(): Promise<void> {
    await this.boot(1, size);
  }

  private async boot(from: number, to: number): Promise<void> {
    const starting = this.names.slice(from, to).map((node, n) =>
      PrivateServer.start(directoryOf(from + n), async (directory) => {
        const cluster = { node, ...this.membership };
        const started = await startRabbitmq(directory, binaries(), { management: true, cluster });
        this.managementUrls[from + n] = started.managementUrl!;
        return started;
      }),
    );
    this.nodes.push(...(await Promise.all(starting)));
  }

  /** Gives each queue a replica on a node that has come later, as an operator would. */
  async grow(n: number): Promise<void> {
    const command = ['rabbitmq-queues', 'grow', this.names[n]!, 'all'];
    await runRabbitmqTool(directoryOf(0), binaries(), command);
  }

  /** Which node leads a queue, while all are well. */
  async leaderOf(queue: string): Promise<number> {
    const { origin, username, password } = new URL(this.managementUrl);
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

  /** The management API, of the first node. */
  get managementUrl(): string {
    return this.managementUrls[0]!;
  }
}

const directoryOf = (n: number): string => path.join(clusterFolder(`broker-${n + 1}`), 'rabbitmq');

const binaries = (): { server: string; epmd: string } => findClusterParts()['rabbitmq'];
