import { Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { observeDatabasePool } from '#libs/observability/database-pool-metrics.js';
import { SparseWarnings } from '#libs/observability/sparse-warnings.js';
import { HealthIndicators } from '#libs/observability/health/health-indicators.js';
import { databaseHealth } from './database/database-health.js';
import { DatabaseClock } from './database/database-clock.js';
import { classify } from './database/database-errors.js';
import { ConnectionLost } from './database/errors.js';
import { openPoolBeside } from './database/data-source.js';
import { backgroundSourceToken, databaseClockToken } from './database/inject-database.js';
import { unitOfWorkRunnerToken } from './unit-of-work/inject-unit-of-work.js';
import { GroupCommitter, setAsideLimits } from './unit-of-work/group-committer.js';
import type { GroupObserver } from './unit-of-work/group-observer.js';
import { openForQueries, type DatabaseSettings } from './database/open-database.js';
import { poolStats } from './database/pool-stats.js';
import { TypeOrmTransactionStore } from './unit-of-work/typeorm-transaction-store.js';
import { observeWaitingUnits, unitOfWorkMetrics } from './unit-of-work/unit-of-work-metrics.js';

export interface PersistenceOptions extends DatabaseSettings {
  /** Only for a second database of the same process; the first has none. */
  readonly name?: string;
  /** Units in one transaction at most; 1 switches grouping off. Default: 200. */
  readonly maxGroupSize?: number;
  /** New units that may wait for a group; beyond it: Overloaded. Default: 1,000. */
  readonly maxNewUnits?: number;
}

/** Beside the pool that answers queries. Each connection is opened when it is first needed. */
interface Pools {
  readonly groups: DataSource;
  readonly background: DataSource;
  readonly health: DataSource;
}

const poolSizes = {
  // A group, the units that wait alone, and a look at what they wait for.
  groups: setAsideLimits.maxRows + 4,
  // The outbox, the sagas' deadlines, the clock, housekeeping, metrics.
  background: 8,
  health: 2,
};

/**
 * One database of a service: its DataSource for queries (`@InjectDataSource(name)`) and one for what the process does by
 * itself (`@InjectBackgroundSource(name)`), whose queries have a time limit (database/limited-queries.ts); its
 * UnitOfWorkRunner (`@InjectUnitOfWorkRunner(name)`) and DatabaseClock. When the application starts, it waits up to half
 * a minute for the server, checks it, and migrates; when it shuts down, units that wait are finished before the
 * connections close.
 */
@Module({})
export class PersistenceModule {
  static forRoot(options: PersistenceOptions): DynamicModule {
    const { name } = options;
    const dataSource = getDataSourceToken(name);
    const clock = databaseClockToken(name);
    const unitOfWork = unitOfWorkRunnerToken(name);
    const background = backgroundSourceToken(name);
    const pools = Symbol.for(`Pools ${name ?? 'default'}`);
    const end = Symbol.for(`PersistenceEnd ${name ?? 'default'}`);
    return {
      module: PersistenceModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          name,
          useFactory: () => ({ retryAttempts: 10, retryDelay: 3_000, toRetry: isAway }),
          dataSourceFactory: () =>
            openForQueries({
              ...options,
              log: (server) => new Logger('Database').log(`${name ?? 'default'}: ${server}`),
              warn: (text) => new Logger('Database').warn(`${name ?? 'default'}: ${text}`),
            }),
        }),
      ],
      providers: [
        { provide: pools, useFactory: openPools, inject: [dataSource] },
        { provide: background, useFactory: (opened: Pools) => opened.background, inject: [pools] },
        { provide: clock, useFactory: startClock, inject: [background] },
        {
          provide: unitOfWork,
          useFactory: ({ groups }: Pools, time: DatabaseClock) => createCommitter(options, groups, time),
          inject: [pools, clock],
        },
        {
          provide: end,
          useFactory: (
            source: DataSource,
            opened: Pools,
            committer: GroupCommitter,
            time: DatabaseClock,
            health: HealthIndicators | undefined,
          ) => new PersistenceEnd(name, { queries: source, ...opened }, committer, time, health),
          inject: [dataSource, pools, unitOfWork, clock, { token: HealthIndicators, optional: true }],
        },
      ],
      exports: [clock, unitOfWork, background],
    };
  }
}

/**
 * Requests and messages are still being answered until the servers have closed, so units are taken until then. TypeORM's
 * module, which this one imports, closes the connections after this.
 */
class PersistenceEnd implements OnApplicationShutdown {
  private readonly hide: (() => void)[];

  constructor(
    name: string | undefined,
    private readonly pools: Pools & { readonly queries: DataSource },
    private readonly committer: GroupCommitter,
    private readonly clock: DatabaseClock,
    health: HealthIndicators | undefined,
  ) {
    const database = name ?? 'default';
    const indicator = name === undefined ? 'database' : `database (${name})`;
    const check = databaseHealth(pools.health);
    const unregister = health?.register(indicator, check, { affectsReadiness: true });
    const { queries, groups, background } = pools;
    this.hide = [
      observeDatabasePool(database, () => poolStats(queries)),
      observeDatabasePool(`${database} groups`, () => poolStats(groups)),
      observeDatabasePool(`${database} background`, () => poolStats(background)),
      observeWaitingUnits(database, committer),
      ...(unregister ? [unregister] : []),
    ];
  }

  async onApplicationShutdown(): Promise<void> {
    await this.committer.close();
    this.clock.stop();
    for (const hide of this.hide) hide();
    const { groups, background, health } = this.pools;
    await Promise.all([groups, background, health].map((pool) => pool.destroy()));
  }
}

async function openPools(source: DataSource): Promise<Pools> {
  const [groups, background, health] = await Promise.all([
    openPoolBeside(source, poolSizes.groups, 'groups'),
    openPoolBeside(source, poolSizes.background, 'background'),
    openPoolBeside(source, poolSizes.health, 'health'),
  ]);
  return { groups, background, health };
}

async function createCommitter(
  { name = 'default', maxGroupSize, maxNewUnits }: PersistenceOptions,
  groups: DataSource,
  clock: DatabaseClock,
): Promise<GroupCommitter> {
  const store = new TypeOrmTransactionStore(groups);
  // Housekeeping: a failure is no reason not to start.
  await store.forgetOldMarks().catch(() => undefined);
  return new GroupCommitter({ store, clock, maxGroupSize, maxNewUnits, observer: observerOf(name) });
}

async function startClock(dataSource: DataSource): Promise<DatabaseClock> {
  const clock = DatabaseClock.of(dataSource);
  await clock.start();
  return clock;
}

/** A server that is still starting is worth waiting for; a wrong password is not. */
const isAway = (error: unknown): boolean => classify(error) instanceof ConnectionLost;

function observerOf(database: string): GroupObserver {
  const logger = new Logger('UnitOfWork');
  const warnings = new SparseWarnings(logger);
  const { transactionEnded } = unitOfWorkMetrics(database);
  return {
    transactionEnded: (size, durationMs, result, error) => {
      transactionEnded(size, durationMs, result);
      if (result === 'connection-lost' || result === 'commit-unknown') {
        logger.warn(`${database}: ${result}, ${size} units: ${messageOf(error)}`);
      }
    },
    rowHeld: (row = 'unknown') =>
      warnings.warn(row, 'another session holds a row that is wanted: whoever wants it waits apart', {
        database,
        row,
      }),
    listenerFailed: (error) => logger.error(`${database}: a listener of a commit threw: ${messageOf(error)}`),
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
