import type { QueryRunner } from 'typeorm';

/** Creates `outbox` and `inbox`; for a migration of each service that sends or receives messages. */
export async function messagingTables(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query(`
    CREATE TABLE outbox (
      id BINARY(16) NOT NULL,
      subject VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      type VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      exchange VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      routing_key VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      also_routed_as VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
      mandatory TINYINT(1) NOT NULL,
      body MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      owner BINARY(16) NOT NULL,
      fence INT NOT NULL,
      lease_until DATETIME(6) NOT NULL,
      attempts INT NOT NULL,
      last_error VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      created_at DATETIME(6) NOT NULL,
      PRIMARY KEY (id),
      KEY outbox_claim (state, lease_until),
      CONSTRAINT outbox_state CHECK (state IN ('unsent', 'failing', 'parked'))
    ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
  // No index on time: message ids are UUIDv7, so old rows are the first ones of each consumer's key range.
  await queryRunner.query(`
    CREATE TABLE inbox (
      consumer VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      message_id BINARY(16) NOT NULL,
      body_hash BINARY(32) NOT NULL,
      consumed_at DATETIME(6) NOT NULL,
      PRIMARY KEY (consumer, message_id)
    ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`);
}

/** Lets a row of the outbox carry a message that has an id already; for a migration after {@link messagingTables}. */
export async function redriveColumns(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query(`
    ALTER TABLE outbox
      ADD COLUMN message_id BINARY(16) NULL,
      ADD COLUMN redrive_of BINARY(16) NULL`);
}

/** Lets a redriven message keep who sent it first; for a migration after {@link redriveColumns}. */
export async function firstSenderColumn(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query(
    'ALTER TABLE outbox ADD COLUMN first_sender VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL',
  );
}

/** Takes {@link firstSenderColumn} back. */
export async function dropFirstSenderColumn(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query('ALTER TABLE outbox DROP COLUMN first_sender');
}

/** Takes {@link redriveColumns} back. */
export async function dropRedriveColumns(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query('ALTER TABLE outbox DROP COLUMN message_id, DROP COLUMN redrive_of');
}
