import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Counts of orders by status, in rows that each projecting process has for itself. What was counted before stays in
 * `order_status_counts`, to which processes of the release before go on adding; it may now fall below zero there, as orders
 * leave in one table a status that they entered in the other.
 */
export class CountByWriter1760000010000 implements MigrationInterface {
  readonly name = 'CountByWriter1760000010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE order_status_counts MODIFY orders INT NOT NULL');
    await runner.query(`
      CREATE TABLE order_status_shares (
        writer SMALLINT UNSIGNED NOT NULL,
        status VARCHAR(20) NOT NULL,
        orders INT NOT NULL,
        PRIMARY KEY (writer, status)
      ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      INSERT INTO order_status_counts (status, orders)
        SELECT status, SUM(orders) FROM order_status_shares GROUP BY status
      ON DUPLICATE KEY UPDATE orders = order_status_counts.orders + VALUES(orders)`);
    await runner.query('DROP TABLE order_status_shares');
    await runner.query('ALTER TABLE order_status_counts MODIFY orders INT UNSIGNED NOT NULL');
  }
}
