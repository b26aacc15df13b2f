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

CREATE TABLE `products` (
  `sku` varchar(64) NOT NULL,
  `name` varchar(200) NOT NULL,
  `seller_id` varchar(64) NOT NULL,
  `price_minor` bigint NOT NULL,
  `currency` char(3) NOT NULL,
  `discount_percent` double NOT NULL,
  `active` tinyint(1) NOT NULL,
  `version` int unsigned NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`sku`),
  KEY `products_seller_id` (`seller_id`, `sku`),
  CONSTRAINT `products_discount_in_range` CHECK (`discount_percent` between 0 and 100),
  CONSTRAINT `products_price_not_negative` CHECK (`price_minor` >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `reservations` (
  `id` binary(16) NOT NULL,
  `order_id` varchar(64) NOT NULL,
  `status` varchar(20) NOT NULL,
  `reservation_lines` json NOT NULL,
  `shortages` json NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `reservations_created_at` (`created_at`, `id`),
  KEY `reservations_order_id` (`order_id`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `stock` (
  `sku` varchar(64) NOT NULL,
  `available` int NOT NULL,
  `reserved` int NOT NULL,
  `sold` int NOT NULL,
  `version` int unsigned NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`sku`),
  CONSTRAINT `stock_available_not_negative` CHECK (`available` >= 0),
  CONSTRAINT `stock_reserved_not_negative` CHECK (`reserved` >= 0),
  CONSTRAINT `stock_sold_not_negative` CHECK (`sold` >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `stock_adjustments` (
  `id` binary(16) NOT NULL,
  `sku` varchar(64) NOT NULL,
  `delta` int NOT NULL,
  `reason` varchar(500) NOT NULL,
  `adjusted_by` varchar(255) NOT NULL,
  `available_after` int NOT NULL,
  `adjusted_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `stock_adjustments_sku` (`sku`, `adjusted_at`, `id`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
