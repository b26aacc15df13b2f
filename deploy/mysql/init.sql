-- One database and one user per service: none can read another's tables. The passwords are samples.
CREATE DATABASE orders CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE DATABASE orders_read CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE DATABASE inventory CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE DATABASE payments CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE USER 'order_service'@'%' IDENTIFIED BY 'sample-order-service-password';
GRANT ALL PRIVILEGES ON orders.* TO 'order_service'@'%';
GRANT ALL PRIVILEGES ON orders_read.* TO 'order_service'@'%';

CREATE USER 'inventory_service'@'%' IDENTIFIED BY 'sample-inventory-service-password';
GRANT ALL PRIVILEGES ON inventory.* TO 'inventory_service'@'%';

CREATE USER 'payment_service'@'%' IDENTIFIED BY 'sample-payment-service-password';
GRANT ALL PRIVILEGES ON payments.* TO 'payment_service'@'%';
