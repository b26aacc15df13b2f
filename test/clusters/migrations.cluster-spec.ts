import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource } from '#libs/persistence/database/data-source.js';
import { migrationsAreCurrent, runMigrations } from '#libs/persistence/database/migrations.js';
import { CreateSampleTables1700000000000, sampleRows } from '#libs/persistence/testing/sample-rows.js';
import { clusterNodes, createOnCluster, type ClusterDatabase } from './cluster-database.js';
import { endClusters } from './cluster-folder.js';

describe('instances that start at once, each on a node of its own', () => {
  let nodes: readonly string[];
  beforeAll(async () => {
    nodes = await clusterNodes();
  }, 300_000);
  afterAll(() => endClusters(), 120_000);

  it('bring a database up to date, each of them, and once', async () => {
    for (let round = 0; round < 10; round += 1) await together(await createOnCluster(nodes));
  }, 120_000);
});

async function together(database: ClusterDatabase): Promise<void> {
  const settings = { rows: sampleRows, migrations: [CreateSampleTables1700000000000] };
  const sources: DataSource[] = [];
  for (const url of database.urls)
    sources.push(await (await createDataSource({ ...settings, url })).initialize());
  try {
    const ends = await Promise.allSettled(sources.map((source) => runMigrations(source)));
    expect(ends.map((end) => (end.status === 'rejected' ? String(end.reason) : 'done'))).toEqual(
      sources.map(() => 'done'),
    );
    for (const source of sources) expect(await migrationsAreCurrent(source)).toBe(true);
    const [row]: { runs: string }[] = await sources[0]!.query('SELECT COUNT(*) AS runs FROM migrations');
    expect(Number(row!.runs)).toBe(1);
  } finally {
    await Promise.all(sources.map((source) => source.destroy()));
    await database.drop();
  }
}
