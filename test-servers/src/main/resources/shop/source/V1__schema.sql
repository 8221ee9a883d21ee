-- A shop: an order has lines, a line names a product, an order may name a customer.

CREATE SCHEMA sales;
CREATE SCHEMA billing;

CREATE TYPE sales.line_status AS ENUM ('open', 'shipped', 'returned', 'cancelled');
CREATE TYPE sales.channel AS ENUM ('web', 'shop', 'phone');
CREATE DOMAIN billing.email AS varchar(320) CHECK (VALUE LIKE '%@%');

CREATE TABLE billing.customer (
  id bigint PRIMARY KEY,
  "user" text NOT NULL,
  email billing.email,
  since timestamptz,
  tags text[],
  profile jsonb
);

CREATE TABLE sales.product (
  sku text PRIMARY KEY,
  title varchar(200) NOT NULL,
  price numeric(12,2),
  attributes jsonb,
  weight double precision,
  picture bytea
);

CREATE TABLE sales."Order" (
  id uuid PRIMARY KEY,
  customer_id bigint REFERENCES billing.customer,
  "placedAt" timestamptz NOT NULL,
  channel sales.channel,
  "select" text
);

CREATE TABLE sales.order_line (
  order_id uuid REFERENCES sales."Order",
  line_no integer,
  sku text REFERENCES sales.product,
  qty integer NOT NULL,
  price numeric(12,2),
  status sales.line_status NOT NULL DEFAULT 'open',
  "Order" integer,
  delivery daterange,
  total numeric(14,2) GENERATED ALWAYS AS (qty * price) STORED,
  PRIMARY KEY (order_id, line_no)
);

CREATE INDEX ON sales."Order" (customer_id);
CREATE INDEX ON sales.order_line (sku);

ALTER TABLE billing.customer REPLICA IDENTITY FULL;
ALTER TABLE sales.product REPLICA IDENTITY FULL;
ALTER TABLE sales."Order" REPLICA IDENTITY FULL;
ALTER TABLE sales.order_line REPLICA IDENTITY FULL;
