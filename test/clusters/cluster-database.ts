import { createConnection } from 'mysql2/promise';
import { randomBytes } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { endClusters } from './cluster-folder.js';
import { GaleraCluster } from './galera-cluster.js';

/** Addresses of the nodes of one Galera cluster: the one that is given, or one that {@link endClusters} ends. */
export async function clusterNodes(): Promise<readonly string[]> {
  const given = (process.env['CLUSTER_DATABASE_URLS'] ?? '').split(',').filter((url) => url !== '');
  if (given.length === 1)
    throw new Error('CLUSTER_DATABASE_URLS has to name two nodes or more, with commas between');
  if (given.length > 0) return given;
  await endClusters();
  return (await GaleraCluster.start()).urls;
}

export interface ClusterDatabase {
  /** One of each node. */
  readonly urls: readonly string[];
  drop(): Promise<void>;
}

export async function createOnCluster(nodes: readonly string[]): Promise<ClusterDatabase> {
  const name = `cluster_${randomBytes(6).toString('hex')}`;
  await onNode(nodes[0]!, `CREATE DATABASE ${name}`);
  const urls = nodes.map((url) => new URL(`/${name}`, url).href);
  for (const url of urls) await eventually(() => onNode(url, 'SELECT 1'));
  return {
    urls,
    drop: () => onNode(nodes[0]!, `DROP DATABASE ${name}`),
  };
}

async function onNode(url: string, sql: string): Promise<void> {
  const connection = await createConnection({ uri: url, connectTimeout: 5_000 });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}
