CREATE TABLE `commit_marker` (
  `committer` binary(16) NOT NULL,
  `group_number` bigint NOT NULL,
  `committed_at` datetime(6) NOT NULL,
  PRIMARY KEY (`committer`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `housekeeping` (
  `name` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `owner` binary(16) NULL,
  `lease_until` datetime(6) NOT NULL,
  `due_at` datetime(6) NOT NULL,
  `position` varchar(500) NULL,
  `pruned_before` datetime(6) NULL,
  `behind_seconds` int unsigned NOT NULL,
  `begun_at` datetime(6) NOT NULL,
  `succeeded_at` datetime(6) NULL,
  PRIMARY KEY (`name`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `inbox` (
  `consumer` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `message_id` binary(16) NOT NULL,
  `body_hash` binary(32) NOT NULL,
  `consumed_at` datetime(6) NOT NULL,
  PRIMARY KEY (`consumer`, `message_id`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `outbox` (
  `id` binary(16) NOT NULL,
  `subject` varchar(64) NOT NULL,
  `type` varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `exchange` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `routing_key` varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `also_routed_as` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `mandatory` tinyint(1) NOT NULL,
  `body` mediumtext NOT NULL,
  `state` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `owner` binary(16) NOT NULL,
  `fence` int NOT NULL,
  `lease_until` datetime(6) NOT NULL,
  `attempts` int NOT NULL,
  `last_error` varchar(200) NULL,
  `created_at` datetime(6) NOT NULL,
  `message_id` binary(16) NULL,
  `redrive_of` binary(16) NULL,
  `first_sender` varchar(255) NULL,
  PRIMARY KEY (`id`),
  KEY `outbox_claim` (`state`, `lease_until`),
  CONSTRAINT `outbox_state` CHECK (`state` in ('unsent', 'failing', 'parked'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `payments` (
  `id` binary(16) NOT NULL,
  `order_id` varchar(255) NOT NULL,
  `customer_id` varchar(64) NULL,
  `amount_minor` bigint NULL,
  `currency` char(3) NULL,
  `status` varchar(20) NOT NULL,
  `decline_code` varchar(40) NULL,
  `asked_by` json NULL,
  `next_look_at` datetime(6) NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `payments_created_at` (`created_at`, `id`),
  KEY `payments_next_look_at` (`next_look_at`),
  KEY `payments_order_id` (`order_id`, `id`),
  CONSTRAINT `payments_amount_not_negative` CHECK (`amount_minor` >= 0),
  CONSTRAINT `payments_looked_at_while_pending` CHECK (`status` = 'PENDING' = `next_look_at` is not null),
  CONSTRAINT `payments_money_has_an_amount` CHECK (`status` = 'CANCELLED' or `amount_minor` is not null and `currency` is not null),
  CONSTRAINT `payments_status_known` CHECK (`status` in ('TAKEN', 'DECLINED', 'PENDING', 'REFUNDED', 'CANCELLED'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `sandbox_charges` (
  `payment_id` binary(16) NOT NULL,
  `order_id` varchar(255) NOT NULL,
  `amount_minor` bigint NULL,
  `currency` char(3) NULL,
  `captured_minor` bigint NOT NULL,
  `refunded_minor` bigint NOT NULL,
  `dead` tinyint(1) NOT NULL,
  `decline_code` varchar(40) NULL,
  `failures` int unsigned NOT NULL,
  `settles_at` datetime(6) NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `captured_at` datetime(6) NULL,
  `refunded_at` datetime(6) NULL,
  PRIMARY KEY (`payment_id`),
  KEY `sandbox_charges_created_at` (`created_at`, `payment_id`),
  KEY `sandbox_charges_order_id` (`order_id`),
  CONSTRAINT `sandbox_charges_captured_once` CHECK (`captured_minor` = 0 or `captured_minor` = `amount_minor` and `captured_minor` > 0),
  CONSTRAINT `sandbox_charges_dead_keep_nothing` CHECK (`dead` = 0 or `captured_minor` = `refunded_minor`),
  CONSTRAINT `sandbox_charges_refunded_once` CHECK (`refunded_minor` = 0 or `refunded_minor` = `captured_minor` and `dead` = 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
