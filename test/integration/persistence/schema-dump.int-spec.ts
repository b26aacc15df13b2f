import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openDatabase } from '#libs/persistence/database/open-database.js';
import { dumpSchema } from '#libs/persistence/database/schema-dump.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';

let databases: TestDatabases;
let dataSource: DataSource;
beforeAll(async () => {
  databases = await createTestDatabases(['schema']);
  dataSource = await openDatabase({ url: databases.url('schema'), rows: [], migrations: [] });
});
afterAll(async () => {
  await dataSource.destroy();
  await databases.drop();
});

/** The text is in the test, and the test runs on both engines: that is how we know that they agree. */
const schema = `CREATE TABLE \`things\` (
  \`id\` binary(16) NOT NULL,
  \`count\` int unsigned NOT NULL DEFAULT 5,
  \`code\` varchar(20) CHARACTER SET ascii COLLATE ascii_bin NULL DEFAULT 'x''y',
  \`active\` tinyint(1) NOT NULL DEFAULT 0,
  \`document\` json NOT NULL,
  \`extra\` json NULL,
  \`made_at\` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  \`ended_at\` datetime(6) NULL,
  \`next\` int AS (\`count\` + 1) STORED,
  \`note\` text NULL,
  \`position\` bigint NOT NULL AUTO_INCREMENT,
  \`ratio\` double NOT NULL DEFAULT 1.5,
  PRIMARY KEY (\`id\`),
  KEY \`things_count\` (\`count\`, \`code\`(5)),
  FULLTEXT KEY \`things_note\` (\`note\`),
  UNIQUE KEY \`things_position\` (\`position\`),
  CONSTRAINT \`things_code\` CHECK (\`count\` >= 0 and (\`code\` is null or \`code\` in ('x', 'it\\'s'))),
  CONSTRAINT \`things_end\` CHECK (\`ended_at\` is null and \`active\` = 1 or \`ended_at\` is not null and \`count\` between 1 and 5)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE \`users_of_things\` (
  \`id\` int NOT NULL,
  \`thing_id\` binary(16) NOT NULL,
  PRIMARY KEY (\`id\`),
  KEY \`users_thing\` (\`thing_id\`),
  CONSTRAINT \`users_thing\` FOREIGN KEY (\`thing_id\`) REFERENCES \`things\` (\`id\`) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
`;

it('reads the same on MySQL and MariaDB, and can be run', async () => {
  const create = async (): Promise<void> => {
    for (const statement of schema.split(';\n')) if (statement.trim()) await dataSource.query(statement);
  };
  await create();
  expect(await dumpSchema(dataSource)).toBe(schema);
});
