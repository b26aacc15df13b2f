import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pick, seeded } from '../support/random.js';
import { expectInvariants } from '../support/invariants.js';
import type { ServiceProcess } from '../support/service-process.js';
import { Stack } from '../support/stack.js';
import { endClusters } from './cluster-folder.js';
import { aThird, clusterRun, runMs } from './cluster-run.js';
import { asNodeHas, loneBroker, onNode, stackServers } from './cluster-servers.js';
import { GaleraCluster } from './galera-cluster.js';
import { proxyToTwoWriters } from './proxy.js';

let cluster: GaleraCluster;
let stack: Stack;
const second: ServiceProcess[] = [];

beforeAll(async () => {
  await endClusters();
  cluster = await GaleraCluster.start({ donor: 2 });
  // The test itself looks at the node that nobody writes to.
  const servers = await stackServers(cluster.urls[2]!, (await loneBroker()).url);
  const [first, other] = (await proxyToTwoWriters(cluster.urls)) as [string, string];
  const through = (instance: string, url: string): Promise<string> =>
    Promise.resolve(url.startsWith('mysql:') ? onNode(url, instance.endsWith(' 2') ? other : first) : url);
  stack = await Stack.start({ servers, through });
  for (const name of ['order-service', 'inventory-service', 'payment-service'] as const) {
    second.push(await stack.add(name));
  }
}, 300_000);

afterAll(async () => {
  await stack?.stop();
  await endClusters();
}, 120_000);

describe('two instances of each service, each led to a node of its own that it writes to', () => {
  it(
    'lose nothing and do nothing by halves while one of the nodes is killed and comes back, and the other stands still',
    async () => {
      const urls = [stack.orderUrl, second[0]!.url];
      await clusterRun(stack, 'two writers', urls, async (run, standstills) => {
        const killed = pick(seeded(run.seed), [0, 1]);
        run.note(`node ${killed + 1} was killed`);
        standstills.begin('a node is killed');
        await cluster.nodes[killed]!.kill();
        await aThird();
        standstills.begin('it comes back');
        await cluster.nodes[killed]!.startAgain();
        await aThird();
        standstills.begin('the other stands still');
        cluster.nodes[1 - killed]!.freeze();
        await run.untilPlaced(20, 120_000);
        await aThird();
        standstills.begin('it goes on');
        cluster.nodes[1 - killed]!.thaw();
        await run.untilPlaced(20, 120_000);
      });
      for (const node of cluster.urls) {
        await expectInvariants({ databases: asNodeHas(stack.databases, node), broker: stack.broker });
      }
      const services = [...Object.values(stack.services), ...second];
      expect(services.flatMap((service) => service.complaints())).toEqual([]);
    },
    runMs,
  );
});
