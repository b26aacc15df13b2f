import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onServer } from '../support/database.js';
import { Stack } from '../support/stack.js';
import { endClusters } from './cluster-folder.js';
import { aThird, clusterRun, runMs } from './cluster-run.js';
import { loneBroker, stackServers } from './cluster-servers.js';
import { GaleraCluster } from './galera-cluster.js';
import { checkUser, proxyToOneWriter } from './proxy.js';

let cluster: GaleraCluster;
let stack: Stack;

beforeAll(async () => {
  await endClusters();
  cluster = await GaleraCluster.start();
  await onServer(
    async (node) => void (await node.query(`CREATE USER ${checkUser}@'127.0.0.1'`)),
    cluster.urls[0],
  );
  const proxy = await proxyToOneWriter(cluster.urls);
  stack = await Stack.start({ servers: await stackServers(proxy, (await loneBroker()).url) });
}, 300_000);

afterAll(async () => {
  await stack?.stop();
  await endClusters();
}, 120_000);

describe('a cluster behind a proxy that leads everybody to one node', () => {
  it(
    'loses nothing when that node is killed, nor when it takes over again',
    async () => {
      await clusterRun(stack, 'one writer', [stack.orderUrl], async (run) => {
        await cluster.nodes[0]!.kill();
        await run.untilPlaced(20);
        await aThird();
        await cluster.nodes[0]!.startAgain();
      });
      expect(Object.values(stack.services).flatMap((service) => service.complaints())).toEqual([]);
    },
    runMs,
  );
});
