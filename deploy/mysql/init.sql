-- One database per service, and two users: the service's own, who changes rows and nothing else, and one who migrates. None
-- can read another's tables. The passwords are samples. docs/database-users.md
CREATE DATABASE orders CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE DATABASE orders_read CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE DATABASE inventory CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE DATABASE payments CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE USER 'order_service'@'%' IDENTIFIED BY 'sample-order-service-password';
GRANT SELECT, INSERT, UPDATE, DELETE ON orders.* TO 'order_service'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON orders_read.* TO 'order_service'@'%';

CREATE USER 'order_migrations'@'%' IDENTIFIED BY 'sample-order-migrations-password';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON orders.* TO 'order_migrations'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON orders_read.* TO 'order_migrations'@'%';

CREATE USER 'inventory_service'@'%' IDENTIFIED BY 'sample-inventory-service-password';
GRANT SELECT, INSERT, UPDATE, DELETE ON inventory.* TO 'inventory_service'@'%';

CREATE USER 'inventory_migrations'@'%' IDENTIFIED BY 'sample-inventory-migrations-password';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON inventory.* TO 'inventory_migrations'@'%';

CREATE USER 'payment_service'@'%' IDENTIFIED BY 'sample-payment-service-password';
GRANT SELECT, INSERT, UPDATE, DELETE ON payments.* TO 'payment_service'@'%';

CREATE USER 'payment_migrations'@'%' IDENTIFIED BY 'sample-payment-migrations-password';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON payments.* TO 'payment_migrations'@'%';
