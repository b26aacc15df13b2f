import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Stack } from '../support/stack.js';
import { endClusters } from './cluster-folder.js';
import { aThird, clusterRun, runMs } from './cluster-run.js';
import { loneBroker, onNode, onNodes, stackServers } from './cluster-servers.js';
import { GaleraCluster } from './galera-cluster.js';
import { proxyToOneWriter } from './proxy.js';

let cluster: GaleraCluster;
let brokerUrl: string;
let stack: Stack | undefined;

beforeAll(async () => {
  await endClusters();
  cluster = await GaleraCluster.start();
  brokerUrl = (await loneBroker()).url;
}, 300_000);

afterEach(() => stack?.stop(), 60_000);

afterAll(async () => {
  await endClusters();
}, 120_000);

interface Way {
  readonly way: string;
  /** @returns what makes of the URL of one node that of the one that is written to. */
  readonly lead: (nodes: readonly string[]) => Promise<(url: string) => string>;
  /** The node that is written to once the first has been killed and is back. */
  readonly writer: number;
}

const ways: readonly Way[] = [
  {
    way: 'behind a proxy that leads everybody to one node',
    lead: async (nodes) => {
      const proxy = await proxyToOneWriter(nodes);
      return (url) => onNode(url, proxy);
    },
    writer: 0,
  },
  {
    way: 'named in the URL, of which each process uses one',
    lead: (nodes) => Promise.resolve((url) => onNodes(url, nodes)),
    writer: 1,
  },
];

describe.each(ways)('a cluster $way', ({ way, lead, writer }) => {
  it(
    'loses nothing when that node is killed, when it comes back, and when the writer stands still',
    async () => {
      // The test itself looks at the node that nothing happens to.
      const servers = await stackServers(cluster.urls[2]!, brokerUrl);
      const led = await lead(cluster.urls);
      const through = (_: string, url: string) => Promise.resolve(url.startsWith('mysql:') ? led(url) : url);
      stack = await Stack.start({ servers, through });
      await clusterRun(stack, `one writer, ${way}`, [stack.orderUrl], async (run, standstills) => {
        standstills.begin('it is killed');
        await cluster.nodes[0]!.kill();
        await run.untilPlaced(20, 120_000);
        await aThird();
        standstills.begin('it comes back');
        await cluster.nodes[0]!.startAgain();
        await run.untilPlaced(20, 120_000);
        await aThird();
        standstills.begin('the one that is written to stands still');
        cluster.nodes[writer]!.freeze();
        await run.untilPlaced(20, 120_000);
        await aThird();
        standstills.begin('it goes on');
        cluster.nodes[writer]!.thaw();
        await run.untilPlaced(20, 120_000);
      });
      expect(Object.values(stack.services).flatMap((service) => service.complaints())).toEqual([]);
    },
    runMs,
  );
});
