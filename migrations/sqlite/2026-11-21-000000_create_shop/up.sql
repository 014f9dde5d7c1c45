CREATE TABLE "customers" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL CONSTRAINT "customers_name_length" CHECK (length("name") >= 1 AND length("name") <= 80),
    "email" TEXT NOT NULL CONSTRAINT "customers_email_email" CHECK ("email" LIKE '_%@_%'),
    PRIMARY KEY ("id"),
    CONSTRAINT "customers_email_key" UNIQUE ("email")
);
CREATE INDEX "customers_name_idx" ON "customers" ("name");
CREATE TABLE "orders" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "customer_id" INTEGER NOT NULL,
    "total_cents" INTEGER NOT NULL CONSTRAINT "orders_total_cents_range" CHECK ("total_cents" >= 0),
    CONSTRAINT "orders_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);
CREATE INDEX "orders_customer_id_idx" ON "orders" ("customer_id");
