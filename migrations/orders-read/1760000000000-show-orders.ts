import type { MigrationInterface, QueryRunner } from 'typeorm';
import { persistenceTables } from '#libs/persistence/persistence.migration.js';

/** The order view, and what paging through a customer's history needs. */
export class ShowOrders1760000000000 implements MigrationInterface {
  readonly name = 'ShowOrders1760000000000';

  async up(runner: QueryRunner): Promise<void> {
    await persistenceTables(runner);
    await runner.query(`
      CREATE TABLE order_views (
        id BINARY(16) NOT NULL,
        customer_id VARCHAR(64) NOT NULL,
        status VARCHAR(20) NOT NULL,
        version INT UNSIGNED NOT NULL,
        currency CHAR(3) NOT NULL,
        total_minor BIGINT NOT NULL,
        document JSON NOT NULL,
        created_at DATETIME(6) NOT NULL,
        updated_at DATETIME(6) NOT NULL,
        PRIMARY KEY (id),
        KEY order_views_history (customer_id, created_at, id)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE customer_order_counts (
        customer_id VARCHAR(64) NOT NULL,
        orders INT UNSIGNED NOT NULL,
        PRIMARY KEY (customer_id)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE order_status_counts (
        status VARCHAR(20) NOT NULL,
        orders INT UNSIGNED NOT NULL,
        PRIMARY KEY (status)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['order_status_counts', 'customer_order_counts', 'order_views', 'commit_marker']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
