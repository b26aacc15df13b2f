import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { Fault } from '#libs/kernel/errors.js';
import { classify } from './database-errors.js';
import { ConnectionLost } from './errors.js';

type Migration = new () => MigrationInterface;

/** There while migrations run, and after one that was stopped. */
const stepsTable = `
  CREATE TABLE IF NOT EXISTS migration_steps (
    migration VARCHAR(255) NOT NULL,
    step CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (migration, step)
  ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`;

/** What ran is noted by TypeORM now. Asked for first: whoever finds nothing to be done needs no right to drop. */
export async function dropSteps(runner: Pick<DataSource, 'query'>): Promise<void> {
  const tables: unknown[] = await runner.query("SHOW TABLES LIKE 'migration\\_steps'");
  if (tables.length > 0) await runner.query('DROP TABLE migration_steps');
}

const isQuestion = /^\s*(SELECT|SHOW)\b/i;

/** Committed together with the note that it is done. Any other statement commits by itself, whatever is done about it. */
const changesRows = /^\s*(INSERT|UPDATE|DELETE|REPLACE)\b/i;

const createsTable = /^\s*CREATE TABLE `?(\w+)/i;

const tableExists = 1050;

/** What a change of a table meets that has been made; each is made as a whole or not at all. */
const doneBefore: ReadonlySet<unknown> = new Set([
  1060, // column exists
  1061, // key exists
  1091, // what is to be dropped is not there
  1826, // constraint exists; on MariaDB a check, too
  3822, // check exists
]);

/**
 * The migration, so that it can be stopped after any of its statements, by a kill or an error, and run again: what is done
 * is not done twice (stopped.int-spec.ts). No engine takes a CREATE or ALTER TABLE back.
 */
export const inSteps = (migration: Migration): Migration =>
  class implements MigrationInterface {
    private readonly inner = new migration();
    readonly name = this.inner.name ?? migration.name;

    async up(runner: QueryRunner): Promise<void> {
      const steps = await Steps.of(this.name, runner);
      const query = (sql: string, values?: unknown[]): Promise<unknown> => steps.run(sql, values);
      await this.inner.up(Object.create(runner, { query: { value: query } }) as QueryRunner);
    }

    async down(runner: QueryRunner): Promise<void> {
      await dropSteps(runner);
      await this.inner.down(runner);
    }
  };

/** The statements of one migration, each done once. */
class Steps {
  private readonly seen = new Map<string, number>();
  private readonly logger = new Logger('Migrations');

  private constructor(
    private readonly migration: string,
    private readonly runner: QueryRunner,
    private readonly done: ReadonlySet<string>,
  ) {
    if (done.size > 0) {
      this.logger.warn(
        `migration ${migration} was left half done, after ${done.size} statements; it goes on with the next`,
      );
    }
  }

  static async of(migration: string, runner: QueryRunner): Promise<Steps> {
    await runner.query(stepsTable);
    const rows = (await runner.query('SELECT step FROM migration_steps WHERE migration = ?', [
      migration,
    ])) as { step: string }[];
    return new Steps(migration, runner, new Set(rows.map(({ step }) => step)));
  }

  async run(sql: string, values?: unknown[]): Promise<unknown> {
    if (isQuestion.test(sql)) return this.runner.query(sql, values);
    const step = this.nameOf(sql, values);
    if (this.done.has(step)) return undefined;
    try {
      return changesRows.test(sql)
        ? await this.change(step, sql, values)
        : await this.define(step, sql, values);
    } catch (error) {
      throw this.stoppedAt(sql, error);
    }
  }

  /** By what it says, not by its place: the next start may be another release's, with more before it. */
  private nameOf(sql: string, values: unknown[] = []): string {
    const text = JSON.stringify([sql.trim().replaceAll(/\s+/g, ' '), values]);
    const times = (this.seen.get(text) ?? 0) + 1;
    this.seen.set(text, times);
    return createHash('sha256').update(`${times} ${text}`).digest('hex');
  }

  private async change(step: string, sql: string, values?: unknown[]): Promise<unknown> {
    await this.runner.query('START TRANSACTION');
    try {
      const result = (await this.runner.query(sql, values)) as unknown;
      await this.note(step);
      await this.runner.query('COMMIT');
      return result;
    } catch (error) {
      await this.runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  private async define(step: string, sql: string, values?: unknown[]): Promise<unknown> {
    const result: unknown = await this.runner
      .query(sql, values)
      .catch((error: unknown) => this.whereItExists(error, sql, values));
    await this.note(step);
    return result;
  }

  private note(step: string): Promise<unknown> {
    return this.runner.query('INSERT INTO migration_steps (migration, step) VALUES (?, ?)', [
      this.migration,
      step,
    ]);
  }

  /** Stopped between a statement and its note; or by a release that made no notes. */
  private async whereItExists(error: unknown, sql: string, values?: unknown[]): Promise<unknown> {
    const number = numberOf(error);
    if (doneBefore.has(number)) {
      this.logger.warn(`migration ${this.migration} has done this before, and goes on: ${beginningOf(sql)}`);
      return undefined;
    }
    const [, table] = createsTable.exec(sql) ?? [];
    if (number !== tableExists || table === undefined) throw error;
    // Nobody writes to a table whose migration is not over. One that was made under other settings may differ.
    const rows = (await this.runner.query(`SELECT 1 FROM \`${table}\` LIMIT 1`)) as unknown[];
    if (rows.length > 0) {
      throw new Fault(
        `there is a table ${table} with rows, and no note that this migration has made it. ` +
          'If it belongs to something else, that needs another database',
        { cause: error },
      );
    }
    this.logger.warn(`migration ${this.migration} has left an empty table ${table}; it is made again`);
    await this.runner.query(`DROP TABLE \`${table}\``);
    return this.runner.query(sql, values);
  }

  private stoppedAt(sql: string, error: unknown): Fault {
    const reason = error instanceof Error ? error.message : String(error);
    const text =
      `migration ${this.migration} has stopped at "${beginningOf(sql)}": ${reason}. ` +
      'What comes before it is done, and the next start goes on with it';
    const options = { cause: error };
    return classify(error) instanceof ConnectionLost
      ? new ConnectionLost(text, options)
      : new Fault(text, options);
  }
}

const beginningOf = (sql: string): string => sql.trim().replaceAll(/\s+/g, ' ').slice(0, 80);

function numberOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  const { errno, driverError } = error as { errno?: unknown; driverError?: { errno?: unknown } };
  return driverError?.errno ?? errno;
}
