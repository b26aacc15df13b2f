import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pick, seeded } from '../support/random.js';
import { expectInvariants } from '../support/invariants.js';
import type { ServiceProcess } from '../support/service-process.js';
import { Stack } from '../support/stack.js';
import { endClusters } from './cluster-folder.js';
import { aThird, clusterRun, runMs } from './cluster-run.js';
import { asNodeHas, loneBroker, onNode, stackServers } from './cluster-servers.js';
import { GaleraCluster } from './galera-cluster.js';

let cluster: GaleraCluster;
let stack: Stack;
const second: ServiceProcess[] = [];

beforeAll(async () => {
  await endClusters();
  cluster = await GaleraCluster.start();
  const servers = await stackServers(cluster.urls[0]!, (await loneBroker()).url);
  stack = await Stack.start({ servers, through: nodeOf });
  for (const name of ['order-service', 'inventory-service', 'payment-service'] as const) {
    second.push(await stack.add(name));
  }
}, 300_000);

afterAll(async () => {
  await stack?.stop();
  await endClusters();
}, 120_000);

/** Second instances write on the second node. */
const nodeOf = (instance: string, url: string): Promise<string> =>
  Promise.resolve(instance.endsWith(' 2') && url.startsWith('mysql:') ? onNode(url, cluster.urls[1]!) : url);

describe('two instances of each service, each on a node of its own that it writes to', () => {
  it(
    'lose nothing and do nothing by halves, also while one of the nodes is killed and comes back',
    async () => {
      const urls = [stack.orderUrl, second[0]!.url];
      await clusterRun(stack, 'two writers', urls, async (run) => {
        const killed = pick(seeded(run.seed), [0, 1]);
        run.note(`node ${killed + 1} was killed`);
        await cluster.nodes[killed]!.kill();
        await aThird();
        await cluster.nodes[killed]!.startAgain();
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
