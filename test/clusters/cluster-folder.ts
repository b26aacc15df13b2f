import { rm } from 'node:fs/promises';
import path from 'node:path';
import { endServersBelow } from '../../scripts/provision/end-servers.mjs';

const root = path.resolve('.data/test/clusters');

/** Where the server called `name` of a cluster has its data. */
export const clusterFolder = (name: string): string => path.join(root, name);

/** Ends the servers of all clusters, also what a killed run has left, and removes their data. */
export async function endClusters(): Promise<void> {
  await endServersBelow(root);
  await rm(root, { recursive: true, force: true });
}
