CREATE TABLE `catalogue_products` (
  `sku` varchar(64) NOT NULL,
  `name` varchar(200) NOT NULL,
  `seller_id` varchar(64) NOT NULL,
  `price_minor` bigint NOT NULL,
  `currency` char(3) NOT NULL,
  `discount_percent` double NOT NULL,
  `active` tinyint(1) NOT NULL,
  `version` int unsigned NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`sku`),
  CONSTRAINT `catalogue_products_price_not_negative` CHECK (`price_minor` >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

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

CREATE TABLE `idempotency_keys` (
  `scope` char(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `request_hash` char(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `response` mediumtext NOT NULL,
  `created_at` datetime(6) NOT NULL,
  PRIMARY KEY (`scope`),
  KEY `idempotency_keys_created_at` (`created_at`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `inbox` (
  `consumer` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `message_id` binary(16) NOT NULL,
  `body_hash` binary(32) NOT NULL,
  `consumed_at` datetime(6) NOT NULL,
  PRIMARY KEY (`consumer`, `message_id`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `operator_actions` (
  `id` binary(16) NOT NULL,
  `at` datetime(6) NOT NULL,
  `actor` varchar(64) NOT NULL,
  `action` varchar(64) NOT NULL,
  `target` varchar(200) NOT NULL,
  `reason` varchar(500) NOT NULL,
  `outcome` varchar(255) NOT NULL,
  `trace_id` char(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `changes` json NULL,
  PRIMARY KEY (`id`),
  KEY `operator_actions_action` (`action`, `at`, `id`),
  KEY `operator_actions_actor` (`actor`, `at`, `id`),
  KEY `operator_actions_at` (`at`, `id`),
  KEY `operator_actions_target` (`target`, `at`, `id`),
  CONSTRAINT `operator_actions_reason_given` CHECK (`reason` <> '')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `operator_jobs` (
  `id` binary(16) NOT NULL,
  `kind` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `filter` json NOT NULL,
  `total` int unsigned NOT NULL,
  `done` int unsigned NOT NULL,
  `failed` int unsigned NOT NULL,
  `state` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `actor` varchar(64) NOT NULL,
  `reason` varchar(500) NOT NULL,
  `position` json NULL,
  `owner` binary(16) NULL,
  `fence` int unsigned NOT NULL,
  `lease_until` datetime(6) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `finished_at` datetime(6) NULL,
  `alone` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  KEY `operator_jobs_claim` (`state`, `lease_until`),
  KEY `operator_jobs_finished` (`finished_at`),
  CONSTRAINT `operator_jobs_reason_given` CHECK (`reason` <> ''),
  CONSTRAINT `operator_jobs_state_known` CHECK (`state` in ('running', 'finished'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `operator_proposals` (
  `id` binary(16) NOT NULL,
  `action` varchar(64) NOT NULL,
  `target` varchar(200) NOT NULL,
  `text` varchar(1000) NOT NULL,
  `why` varchar(500) NOT NULL,
  `changes` json NULL,
  `seen` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `reason` varchar(500) NOT NULL,
  `proposed_by` varchar(64) NOT NULL,
  `proposed_at` datetime(6) NOT NULL,
  `expires_at` datetime(6) NOT NULL,
  `state` varchar(9) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `settled_by` varchar(64) NULL,
  `settled_at` datetime(6) NULL,
  PRIMARY KEY (`id`),
  KEY `operator_proposals_expires` (`expires_at`),
  KEY `operator_proposals_state` (`state`, `id`),
  CONSTRAINT `operator_proposals_reason_given` CHECK (`reason` <> ''),
  CONSTRAINT `operator_proposals_settled_has_time` CHECK (`state` = 'open' = `settled_at` is null),
  CONSTRAINT `operator_proposals_state_known` CHECK (`state` in ('open', 'confirmed', 'rejected'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `order_number_blocks` (
  `year` smallint unsigned NOT NULL,
  `handed_out` int unsigned NOT NULL,
  PRIMARY KEY (`year`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `order_references` (
  `caller` varchar(64) NOT NULL,
  `client_order_id` varchar(64) NOT NULL,
  `order_id` binary(16) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  PRIMARY KEY (`caller`, `client_order_id`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `orders` (
  `id` binary(16) NOT NULL,
  `number` varchar(20) NOT NULL,
  `customer_id` varchar(64) NOT NULL,
  `client_order_id` varchar(64) NULL,
  `status` varchar(20) NOT NULL,
  `version` int unsigned NOT NULL,
  `currency` char(3) NOT NULL,
  `total_minor` bigint NOT NULL,
  `details` json NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `orders_changed` (`updated_at`, `id`, `version`),
  UNIQUE KEY `orders_number` (`number`),
  CONSTRAINT `orders_total_not_negative` CHECK (`total_minor` >= 0),
  CONSTRAINT `orders_version_positive` CHECK (`version` >= 1)
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

CREATE TABLE `parked_message_bodies` (
  `id` binary(16) NOT NULL,
  `original` mediumblob NOT NULL,
  `edited` mediumblob NULL,
  PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `parked_messages` (
  `id` binary(16) NOT NULL,
  `queue` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `message_id` varchar(255) NULL,
  `type` varchar(100) NULL,
  `subject` varchar(64) NULL,
  `saga_id` binary(16) NULL,
  `reason` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `detail` varchar(500) NOT NULL,
  `content_type` varchar(255) NULL,
  `size_bytes` int unsigned NOT NULL,
  `body_hash` binary(32) NOT NULL,
  `attempt` int unsigned NOT NULL,
  `redrives` int unsigned NOT NULL,
  `redrive_of` binary(16) NULL,
  `parked_at` datetime(6) NOT NULL,
  `collected_at` datetime(6) NOT NULL,
  `state` varchar(9) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `edited` tinyint(1) NOT NULL,
  `settled_at` datetime(6) NULL,
  `settled_by` varchar(64) NULL,
  `job_id` binary(16) NULL,
  `first_sender` varchar(255) NULL,
  PRIMARY KEY (`id`),
  KEY `parked_messages_at` (`parked_at`, `id`),
  KEY `parked_messages_groups` (`state`, `queue`, `type`, `reason`, `parked_at`),
  KEY `parked_messages_saga` (`saga_id`, `parked_at`, `id`),
  KEY `parked_messages_settled` (`settled_at`),
  KEY `parked_messages_state` (`state`, `parked_at`, `id`),
  KEY `parked_messages_subject` (`subject`, `parked_at`, `id`),
  CONSTRAINT `parked_messages_settled_has_time` CHECK (`state` = 'parked' = `settled_at` is null),
  CONSTRAINT `parked_messages_state_known` CHECK (`state` in ('parked', 'redriven', 'discarded'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `reconciliation_findings` (
  `id` binary(16) NOT NULL,
  `kind` varchar(30) NOT NULL,
  `state` varchar(10) NOT NULL,
  `item_id` binary(16) NOT NULL,
  `order_id` varchar(255) NOT NULL,
  `payment_id` binary(16) NULL,
  `reservation_id` binary(16) NULL,
  `amount_minor` bigint NULL,
  `currency` char(3) NULL,
  `pieces` int unsigned NULL,
  `fix` varchar(10) NULL,
  `detail` varchar(500) NOT NULL,
  `run_id` binary(16) NOT NULL,
  `first_seen_at` datetime(6) NOT NULL,
  `last_seen_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `reconciliation_findings_kind` (`kind`, `state`, `id`),
  KEY `reconciliation_findings_state` (`state`, `id`),
  CONSTRAINT `reconciliation_findings_state_known` CHECK (`state` in ('open', 'fixing', 'ignored', 'gone'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `reconciliation_items` (
  `run_id` binary(16) NOT NULL,
  `item_id` binary(16) NOT NULL,
  `order_id` binary(16) NULL,
  `content` json NOT NULL,
  PRIMARY KEY (`run_id`, `item_id`),
  KEY `reconciliation_items_order` (`run_id`, `order_id`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `reconciliation_runs` (
  `id` binary(16) NOT NULL,
  `state` varchar(10) NOT NULL,
  `started_by` varchar(64) NOT NULL,
  `since` datetime(6) NULL,
  `started_at` datetime(6) NOT NULL,
  `ended_at` datetime(6) NULL,
  `due_at` datetime(6) NULL,
  `attempts` int unsigned NOT NULL,
  `listings` json NOT NULL,
  `compared_to` binary(16) NULL,
  `items` int unsigned NOT NULL,
  `orders` int unsigned NOT NULL,
  `findings` int unsigned NOT NULL,
  `failure` varchar(255) NULL,
  PRIMARY KEY (`id`),
  KEY `reconciliation_runs_due` (`due_at`),
  KEY `reconciliation_runs_state` (`state`, `ended_at`),
  CONSTRAINT `reconciliation_runs_due_until_over` CHECK (`due_at` is null = `ended_at` is not null),
  CONSTRAINT `reconciliation_runs_state_known` CHECK (`state` in ('asking', 'orders', 'items', 'finished', 'failed'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `reconciliation_schedule` (
  `name` varchar(20) NOT NULL,
  `run_id` binary(16) NOT NULL,
  `running` tinyint(1) NOT NULL,
  `started_at` datetime(6) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `saga_timeline` (
  `saga_id` binary(16) NOT NULL,
  `revision` int unsigned NOT NULL,
  `saga` varchar(64) NOT NULL,
  `entries` json NOT NULL,
  PRIMARY KEY (`saga_id`, `revision`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `sagas` (
  `id` binary(16) NOT NULL,
  `saga` varchar(64) NOT NULL,
  `version` int unsigned NOT NULL,
  `subject` binary(16) NOT NULL,
  `revision` int unsigned NOT NULL,
  `status` varchar(20) NOT NULL,
  `step` varchar(64) NULL,
  `data` json NOT NULL,
  `reason` json NULL,
  `calls` json NOT NULL,
  `started_at` datetime(6) NOT NULL,
  `finished_at` datetime(6) NULL,
  `deadline_at` datetime(6) NULL,
  `cause` varchar(64) AS (coalesce(json_unquote(json_extract(`reason`, '$.code')), json_unquote(json_extract(`attention`, '$.cause')), if(`status` = 'needs-attention', 'unanswered', null))) STORED,
  `attention` json NULL,
  PRIMARY KEY (`id`),
  KEY `sagas_cause` (`cause`, `status`, `started_at`, `id`),
  KEY `sagas_deadline_at` (`deadline_at`),
  KEY `sagas_lists` (`saga`, `version`, `status`, `started_at`, `id`),
  KEY `sagas_subject` (`subject`),
  CONSTRAINT `sagas_revision_positive` CHECK (`revision` >= 1),
  CONSTRAINT `sagas_status_known` CHECK (`status` in ('running', 'rolling-back', 'needs-attention', 'completed', 'rolled-back')),
  CONSTRAINT `sagas_wait_until_finished` CHECK (`finished_at` is null and `deadline_at` is not null and `step` is not null or `finished_at` is not null and `deadline_at` is null and `step` is null)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
