import { format, type SqlValue } from 'mysql2';
import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';
import { DatabaseServers } from './database-servers.js';
import { limitQueries } from './limited-queries.js';
import { inSteps } from './migration-steps.js';
import { SnakeCaseNaming } from './naming-strategy.js';
import { driverWithSessions, type Engine, type SessionUse } from './session.js';
import type { AnyTable } from './table.js';

export interface DataSourceSettings {
  /** mysql://user:password@host:port/database; with several hosts, and with ssl-mode: see libs/servers. */
  readonly url: string;
  readonly rows: readonly AnyTable['row'][];
  readonly migrations: readonly (new () => MigrationInterface)[];
  /** Connections at most, 2 or more. Default: 10. */
  readonly poolSize?: number;
}

const connectTimeoutMs = 5_000;

/** While one connection holds the lock of the migrations, another runs them. */
const poolSizeLeast = 2;

export const poolSizeOf = ({ poolSize = 10 }: Pick<DataSourceSettings, 'poolSize'>): number =>
  Math.max(poolSize, poolSizeLeast);

/** Callers that may wait for a connection; a longer queue would only make everybody late. */
const maxPoolQueue = 1_000;

/**
 * A data source that is not connected yet. Asks the server what it is: TypeORM's dialects for MySQL and MariaDB break
 * each other, and one URL may lead to either. @throws the driver's error when the server cannot be reached.
 */
export async function createDataSource(settings: DataSourceSettings): Promise<DataSource> {
  const servers = new DatabaseServers(settings.url);
  return new DataSource(optionsFor(await servers.find(), servers, settings));
}

/** Another pool on the same database, connected. Its users neither wait for others' connections nor take them. */
export function openPoolBeside(source: DataSource, poolSize: number, use: SessionUse): Promise<DataSource> {
  const engine = source.options.type as Engine;
  const options = { ...source.options, poolSize, driver: driverWithSessions(engine, use) };
  const opened = new DataSource(options as DataSourceOptions);
  if (use !== 'statements' && use !== 'groups') limitQueries(opened, use, poolSize);
  return opened.initialize();
}

const optionsFor = (
  engine: Engine,
  servers: DatabaseServers,
  settings: DataSourceSettings,
): DataSourceOptions => ({
  type: engine,
  database: servers.database,
  driver: driverWithSessions(engine, 'statements'),
  entities: settings.rows.map((row) => row as () => void),
  migrations: settings.migrations.map(inSteps),
  migrationsTransactionMode: 'none',
  namingStrategy: new SnakeCaseNaming(),
  poolSize: poolSizeOf(settings),
  charset: 'UTF8MB4_UNICODE_CI',
  timezone: 'Z',
  connectTimeout: connectTimeoutMs,
  // BIGINTs are numbers as long as they are exact, and text beyond; AmountColumn refuses the latter.
  supportBigNumbers: true,
  bigNumberStrings: false,
  invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
  extra: {
    ...servers.connectionOptions,
    queueLimit: maxPoolQueue,
    // One meaning on both engines: the document's text. Otherwise a JSON string "7" would come back as the number 7.
    jsonStrings: true,
    // For the statements of a group: a round trip each would be most of a lone order's time.
    multipleStatements: true,
    // Statements of units have their values in them. The driver would search each for placeholders.
    queryFormat: (sql: string, values: SqlValue[] | undefined, timezone: string) =>
      values && values.length > 0 ? format(sql, values, false, timezone) : sql,
  },
});
