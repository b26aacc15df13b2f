import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { getDataSourceToken, InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { registry } from '#libs/observability/metrics.js';
import { DatabaseClock } from '#libs/persistence/database/database-clock.js';
import { InjectUnitOfWorkRunner } from '#libs/persistence/unit-of-work/inject-unit-of-work.js';
import { PersistenceModule } from '#libs/persistence/persistence.module.js';
import {
  CounterRow,
  CreateSampleTables1700000000000,
  sampleRows,
} from '#libs/persistence/testing/sample-rows.js';
import { increment } from '#libs/persistence/testing/unit-of-work.suite.js';
import type { UnitOfWorkRunner } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { createTestDatabases, type TestDatabases } from '../../support/database.js';

@Injectable()
class Worker implements OnApplicationShutdown {
  shutdownValue: number | undefined;

  constructor(
    @InjectUnitOfWorkRunner() readonly units: UnitOfWorkRunner,
    @InjectUnitOfWorkRunner('read') readonly readUnits: UnitOfWorkRunner,
    @InjectDataSource('read') readonly readSource: DataSource,
    readonly clock: DatabaseClock,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.shutdownValue = await this.units.run(increment('shutdown'));
  }
}

@Global()
@Module({ providers: [Worker] })
class WorkerModule {}

describe('PersistenceModule', () => {
  let databases: TestDatabases;
  let app: TestingModule;
  let worker: Worker;
  beforeAll(async () => {
    databases = await createTestDatabases(['write', 'read']);
    const common = { rows: sampleRows, migrations: [CreateSampleTables1700000000000] };
    app = await Test.createTestingModule({
      imports: [
        PersistenceModule.forRoot({ ...common, url: databases.url('write') }),
        PersistenceModule.forRoot({ ...common, url: databases.url('read'), name: 'read' }),
        WorkerModule,
      ],
    }).compile();
    worker = app.get(Worker);
  });
  afterAll(() => databases.drop());

  it('gives each database its own unit of work', async () => {
    expect(await worker.units.run(increment('a'))).toBe(1);
    expect(await worker.readUnits.run(increment('a'))).toBe(1);
    expect(await worker.readSource.getRepository(CounterRow).findOneBy({ name: 'a' })).toMatchObject({
      value: 1,
    });
  });

  it('opens sessions that do not lose anything silently', async () => {
    const dataSource = app.get<DataSource>(getDataSourceToken());
    const sessions = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const isolation =
          dataSource.options.type === 'mariadb' ? '@@tx_isolation' : '@@transaction_isolation';
        const [row] = await dataSource.query<Record<string, string>[]>(
          `SELECT ${isolation} AS isolation, @@time_zone AS zone, @@sql_mode AS mode, @@innodb_lock_wait_timeout AS wait`,
        );
        return row!;
      }),
    );
    for (const session of sessions) {
      expect(session).toMatchObject({ isolation: 'READ-COMMITTED', zone: '+00:00', wait: 10 });
      expect(session['mode']).toContain('STRICT_ALL_TABLES');
    }
  });

  it('refuses to look for nothing', async () => {
    const repository = app.get<DataSource>(getDataSourceToken()).getRepository(CounterRow);
    await expect(repository.findBy({ name: undefined as unknown as string })).rejects.toThrow();
    await expect(repository.findBy({ name: null as unknown as string })).rejects.toThrow();
  });

  it("knows the database's time", async () => {
    const [row] = await worker.readSource.query<{ now: Date }[]>('SELECT UTC_TIMESTAMP(6) AS now');
    expect(Math.abs(row!.now.getTime() - worker.clock.now().getTime())).toBeLessThan(250);
  });

  it('shows its stats', async () => {
    const metrics = await registry.metrics();
    expect(metrics).toMatch(/orders_unit_of_work_group_size_count\{database="default"\} [1-9]/);
    expect(metrics).toContain('orders_unit_of_work_waiting{database="read",priority="started"} 0');
    expect(metrics).toMatch(/orders_db_pool_connections\{pool="default",state="idle"\} [1-9]/);
  });

  it('finishes what others begin while the application shuts down', async () => {
    await app.close();
    expect(worker.shutdownValue).toBe(1);
    expect(app.get<DataSource>(getDataSourceToken()).isInitialized).toBe(false);
  });
});
