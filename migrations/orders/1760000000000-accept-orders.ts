import type { MigrationInterface, QueryRunner } from 'typeorm';
import { messagingTables } from '#libs/messaging/messaging.migration.js';
import { persistenceTables } from '#libs/persistence/persistence.migration.js';
import { sagaTables } from '#libs/saga/saga.migration.js';

/** All that placing an order and carrying it to its end writes. */
export class AcceptOrders1760000000000 implements MigrationInterface {
  readonly name = 'AcceptOrders1760000000000';

  async up(runner: QueryRunner): Promise<void> {
    await persistenceTables(runner);
    await messagingTables(runner);
    await sagaTables(runner);
    await runner.query(`
      CREATE TABLE orders (
        id BINARY(16) NOT NULL,
        number VARCHAR(20) NOT NULL,
        customer_id VARCHAR(64) NOT NULL,
        client_order_id VARCHAR(64) NULL,
        status VARCHAR(20) NOT NULL,
        version INT UNSIGNED NOT NULL,
        currency CHAR(3) NOT NULL,
        total_minor BIGINT NOT NULL,
        details JSON NOT NULL,
        created_at DATETIME(6) NOT NULL,
        updated_at DATETIME(6) NOT NULL,
        PRIMARY KEY (id),
        UNIQUE KEY orders_number (number),
        CONSTRAINT orders_total_not_negative CHECK (total_minor >= 0),
        CONSTRAINT orders_version_positive CHECK (version >= 1)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE order_references (
        caller VARCHAR(64) NOT NULL,
        client_order_id VARCHAR(64) NOT NULL,
        order_id BINARY(16) NOT NULL,
        created_at DATETIME(6) NOT NULL,
        PRIMARY KEY (caller, client_order_id)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE order_number_blocks (
        year SMALLINT UNSIGNED NOT NULL,
        handed_out INT UNSIGNED NOT NULL,
        PRIMARY KEY (year)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE idempotency_keys (
        scope CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        request_hash CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        response MEDIUMTEXT NOT NULL,
        created_at DATETIME(6) NOT NULL,
        PRIMARY KEY (scope),
        KEY idempotency_keys_created_at (created_at)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE catalogue_products (
        sku VARCHAR(64) NOT NULL,
        name VARCHAR(200) NOT NULL,
        seller_id VARCHAR(64) NOT NULL,
        price_minor BIGINT NOT NULL,
        currency CHAR(3) NOT NULL,
        discount_percent DOUBLE NOT NULL,
        active TINYINT(1) NOT NULL,
        version INT UNSIGNED NOT NULL,
        updated_at DATETIME(6) NOT NULL,
        PRIMARY KEY (sku),
        CONSTRAINT catalogue_products_price_not_negative CHECK (price_minor >= 0)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'catalogue_products',
      'idempotency_keys',
      'order_number_blocks',
      'order_references',
      'orders',
    ]) {
      await runner.query(`DROP TABLE ${table}`);
    }
    for (const table of ['saga_timeline', 'sagas', 'outbox', 'inbox', 'commit_marker']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
