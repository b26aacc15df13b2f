import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { queues } from '#libs/contracts/topology.js';
import { Stack } from '../support/stack.js';
import { endClusters } from './cluster-folder.js';
import { aThird, clusterRun, runMs } from './cluster-run.js';
import { loneDatabase, onNodes, stackServers } from './cluster-servers.js';
import { proxyToAnyBroker } from './proxy.js';
import { RabbitmqCluster } from './rabbitmq-cluster.js';

let cluster: RabbitmqCluster;
let databaseUrl: string;
let stack: Stack | undefined;

beforeAll(async () => {
  await endClusters();
  const [database, brokers] = await Promise.all([loneDatabase(), RabbitmqCluster.start()]);
  databaseUrl = database.url;
  cluster = brokers;
}, 300_000);

afterEach(() => stack?.stop(), 60_000);

afterAll(async () => {
  await endClusters();
}, 120_000);

const ways = [
  { way: 'behind a proxy', lead: proxyToAnyBroker },
  {
    way: 'named in the URL',
    lead: (nodes: readonly string[]) => Promise.resolve(onNodes(nodes[0]!, nodes)),
  },
];

describe.each(ways)('three brokers $way', ({ way, lead }) => {
  it(
    'lose no message when the leader of a queue is killed and comes back, and another stands still',
    async () => {
      const [brokerUrl, led] = [cluster.urls[0]!, await lead(cluster.urls)];
      const through = (_: string, url: string) => Promise.resolve(url.startsWith('amqp:') ? led : url);
      stack = await Stack.start({ servers: await stackServers(databaseUrl, brokerUrl), through });
      await clusterRun(stack, `three brokers ${way}`, [stack.orderUrl], async (run, standstills) => {
        const leader = await cluster.leaderOf(queues.sagaReplies.name);
        standstills.begin('the leader of a queue is killed');
        await cluster.nodes[leader]!.kill();
        await run.untilPlaced(20);
        await aThird();
        standstills.begin('it comes back');
        await cluster.nodes[leader]!.startAgain();
        const other = cluster.nodes[(leader + 1) % cluster.nodes.length]!;
        standstills.begin('another stands still');
        other.freeze();
        await aThird();
        standstills.begin('it goes on');
        other.thaw();
        await aThird();
      });
      expect(Object.values(stack.services).flatMap((service) => service.complaints())).toEqual([]);
    },
    runMs,
  );
});
