import { Column, Entity, PrimaryColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { AmountColumn, IdColumn, JsonColumn, PrimaryIdColumn, TimestampColumn } from '../database/columns.js';
import { persistenceTables } from '../persistence.migration.js';
import { tableOf, tableOfPair } from '../database/table.js';

/** Tables for tests of the unit of work itself: a hot row, one of every column type, a key of two columns. */
@Entity('counters')
export class CounterRow {
  @PrimaryColumn('varchar', { length: 64 })
  name!: string;

  @Column('int')
  value!: number;
}

@Entity('samples')
export class SampleRow {
  @PrimaryIdColumn()
  id!: string;

  @IdColumn({ nullable: true })
  parentId!: string | null;

  @Column('varchar', { length: 64 })
  text!: string;

  @JsonColumn()
  document!: unknown;

  @JsonColumn({ name: 'extra_document', nullable: true })
  extra!: unknown;

  @AmountColumn()
  amountMinor!: number;

  @Column('boolean')
  flag!: boolean;

  @Column('double')
  ratio!: number;

  @TimestampColumn()
  createdAt!: Date;

  @TimestampColumn({ nullable: true })
  endedAt!: Date | null;
}

@Entity('memberships')
export class MembershipRow {
  @PrimaryIdColumn()
  groupId!: string;

  @PrimaryColumn('int', { unsigned: true })
  number!: number;

  @Column('varchar', { length: 64 })
  member!: string;
}

export const counters = tableOf(CounterRow, { key: 'name', lockOrder: 10 });
export const samples = tableOf(SampleRow, { key: 'id', lockOrder: 20 });
export const memberships = tableOfPair(MembershipRow, { key: ['groupId', 'number'], lockOrder: 30 });

export const sampleRows = [CounterRow, SampleRow, MembershipRow];

export class CreateSampleTables1700000000000 implements MigrationInterface {
  readonly name = 'CreateSampleTables1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    await persistenceTables(runner);
    await runner.query(`
      CREATE TABLE counters (
        name VARCHAR(64) NOT NULL,
        value INT NOT NULL,
        PRIMARY KEY (name),
        CONSTRAINT counters_value_not_negative CHECK (value >= 0)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE samples (
        id BINARY(16) NOT NULL,
        parent_id BINARY(16) NULL,
        text VARCHAR(64) NOT NULL,
        document JSON NOT NULL,
        extra_document JSON NULL,
        amount_minor BIGINT NOT NULL,
        flag TINYINT(1) NOT NULL,
        ratio DOUBLE NOT NULL,
        created_at DATETIME(6) NOT NULL,
        ended_at DATETIME(6) NULL,
        PRIMARY KEY (id)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE memberships (
        group_id BINARY(16) NOT NULL,
        number INT UNSIGNED NOT NULL,
        member VARCHAR(64) NOT NULL,
        PRIMARY KEY (group_id, number)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['memberships', 'samples', 'counters', 'commit_marker']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
