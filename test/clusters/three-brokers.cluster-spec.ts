import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { queues } from '#libs/contracts/topology.js';
import { Stack } from '../support/stack.js';
import { endClusters } from './cluster-folder.js';
import { aThird, clusterRun, runMs } from './cluster-run.js';
import { loneDatabase, stackServers } from './cluster-servers.js';
import { proxyToAnyBroker } from './proxy.js';
import { RabbitmqCluster } from './rabbitmq-cluster.js';

let cluster: RabbitmqCluster;
let stack: Stack;

beforeAll(async () => {
  await endClusters();
  const [database, brokers] = await Promise.all([loneDatabase(), RabbitmqCluster.start()]);
  cluster = brokers;
  stack = await Stack.start({
    servers: await stackServers(database.url, await proxyToAnyBroker(cluster.urls)),
  });
}, 300_000);

afterAll(async () => {
  await stack?.stop();
  await endClusters();
}, 120_000);

describe('three brokers behind a proxy', () => {
  it(
    'lose no message when the leader of a queue is killed and comes back, and another stands still',
    async () => {
      await clusterRun(stack, 'three brokers', [stack.orderUrl], async (run) => {
        const leader = await cluster.leaderOf(queues.sagaReplies.name);
        await cluster.nodes[leader]!.kill();
        await run.untilPlaced(20);
        await aThird();
        await cluster.nodes[leader]!.startAgain();
        const other = cluster.nodes[(leader + 1) % cluster.nodes.length]!;
        other.freeze();
        await aThird();
        other.thaw();
      });
      expect(Object.values(stack.services).flatMap((service) => service.complaints())).toEqual([]);
    },
    runMs,
  );
});
