CREATE TABLE `commit_marker` (
  `committer` binary(16) NOT NULL,
  `group_number` bigint NOT NULL,
  `committed_at` datetime(6) NOT NULL,
  PRIMARY KEY (`committer`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `customer_order_counts` (
  `customer_id` varchar(64) NOT NULL,
  `orders` int unsigned NOT NULL,
  PRIMARY KEY (`customer_id`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `order_status_counts` (
  `status` varchar(20) NOT NULL,
  `orders` int NOT NULL,
  PRIMARY KEY (`status`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `order_status_shares` (
  `writer` smallint unsigned NOT NULL,
  `status` varchar(20) NOT NULL,
  `orders` int NOT NULL,
  PRIMARY KEY (`writer`, `status`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE `order_views` (
  `id` binary(16) NOT NULL,
  `customer_id` varchar(64) NOT NULL,
  `status` varchar(20) NOT NULL,
  `version` int unsigned NOT NULL,
  `currency` char(3) NOT NULL,
  `total_minor` bigint NOT NULL,
  `document` json NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `order_views_history` (`customer_id`, `created_at`, `id`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
