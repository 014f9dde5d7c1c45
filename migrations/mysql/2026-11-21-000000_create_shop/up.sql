CREATE TABLE `customers` (
    `id` BIGINT NOT NULL,
    `name` VARCHAR(80) COLLATE /*M!100203 utf8mb4_nopad_bin *//*!80017 utf8mb4_0900_bin */ NOT NULL,
    `email` VARCHAR(255) COLLATE /*M!100203 utf8mb4_nopad_bin *//*!80017 utf8mb4_0900_bin */ NOT NULL,
    PRIMARY KEY (`id`),
    CONSTRAINT `customers_email_key` UNIQUE (`email`),
    INDEX `customers_name_idx` (`name`),
    CONSTRAINT `customers_name_length` CHECK (char_length(`name`) >= 1 AND char_length(`name`) <= 80),
    CONSTRAINT `customers_email_email` CHECK (`email` LIKE '_%@_%')
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4;
CREATE TABLE `orders` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `customer_id` BIGINT NOT NULL,
    `total_cents` BIGINT NOT NULL,
    PRIMARY KEY (`id`),
    INDEX `orders_customer_id_idx` (`customer_id`),
    CONSTRAINT `orders_customer_id_fkey` FOREIGN KEY (`customer_id`) REFERENCES `customers` (`id`) ON DELETE CASCADE ON UPDATE NO ACTION,
    CONSTRAINT `orders_total_cents_range` CHECK (`total_cents` >= 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4;
