import type { MigrationInterface, QueryRunner } from 'typeorm';
import { messagingTables } from '#libs/messaging/messaging.migration.js';
import { persistenceTables } from '#libs/persistence/persistence.migration.js';

/** Products, their stock, and what is held of it. */
export class KeepStock1760000000000 implements MigrationInterface {
  readonly name = 'KeepStock1760000000000';

  async up(runner: QueryRunner): Promise<void> {
    await persistenceTables(runner);
    await messagingTables(runner);
    await runner.query(`
      CREATE TABLE products (
        sku VARCHAR(64) NOT NULL,
        name VARCHAR(200) NOT NULL,
        seller_id VARCHAR(64) NOT NULL,
        price_minor BIGINT NOT NULL,
        currency CHAR(3) NOT NULL,
        discount_percent DOUBLE NOT NULL,
        active TINYINT(1) NOT NULL,
        version INT UNSIGNED NOT NULL,
        created_at DATETIME(6) NOT NULL,
        updated_at DATETIME(6) NOT NULL,
        PRIMARY KEY (sku),
        KEY products_seller_id (seller_id, sku),
        CONSTRAINT products_price_not_negative CHECK (price_minor >= 0),
        CONSTRAINT products_discount_in_range CHECK (discount_percent BETWEEN 0 AND 100)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE stock (
        sku VARCHAR(64) NOT NULL,
        available INT NOT NULL,
        reserved INT NOT NULL,
        sold INT NOT NULL,
        version INT UNSIGNED NOT NULL,
        updated_at DATETIME(6) NOT NULL,
        PRIMARY KEY (sku),
        CONSTRAINT stock_available_not_negative CHECK (available >= 0),
        CONSTRAINT stock_reserved_not_negative CHECK (reserved >= 0),
        CONSTRAINT stock_sold_not_negative CHECK (sold >= 0)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE stock_adjustments (
        id BINARY(16) NOT NULL,
        sku VARCHAR(64) NOT NULL,
        delta INT NOT NULL,
        reason VARCHAR(500) NOT NULL,
        adjusted_by VARCHAR(255) NOT NULL,
        available_after INT NOT NULL,
        adjusted_at DATETIME(6) NOT NULL,
        PRIMARY KEY (id),
        KEY stock_adjustments_sku (sku, adjusted_at, id)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
    await runner.query(`
      CREATE TABLE reservations (
        id BINARY(16) NOT NULL,
        order_id VARCHAR(64) NOT NULL,
        status VARCHAR(20) NOT NULL,
        reservation_lines JSON NOT NULL,
        shortages JSON NOT NULL,
        created_at DATETIME(6) NOT NULL,
        updated_at DATETIME(6) NOT NULL,
        PRIMARY KEY (id),
        KEY reservations_order_id (order_id)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['reservations', 'stock_adjustments', 'stock', 'products']) {
      await runner.query(`DROP TABLE ${table}`);
    }
    for (const table of ['outbox', 'inbox', 'commit_marker']) await runner.query(`DROP TABLE ${table}`);
  }
}
