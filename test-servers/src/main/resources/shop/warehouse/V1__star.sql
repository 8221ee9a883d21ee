-- The one type of the source's own that the star computes with; the channel stays text.
CREATE SCHEMA sales;
CREATE TYPE sales.line_status AS ENUM ('open', 'shipped', 'returned', 'cancelled');

CREATE TABLE d_customer (
  customer_id bigint PRIMARY KEY,
  "user" text NOT NULL,
  email varchar(320),
  since timestamptz,
  tags text[],
  profile jsonb
);

CREATE TABLE d_product (
  sku text PRIMARY KEY,
  title text,
  price numeric(12,2),
  attributes jsonb,
  colour text,
  weight double precision,
  picture bytea
);

CREATE TABLE f_order_line (
  order_id uuid,
  line_no integer,
  sku text REFERENCES d_product,
  customer_id bigint REFERENCES d_customer DEFERRABLE INITIALLY DEFERRED,
  placed_at timestamptz NOT NULL,
  channel text,
  "select" text,
  "Order" integer,
  status sales.line_status NOT NULL,
  qty integer NOT NULL,
  amount numeric(14,2),
  total numeric(14,2),
  delivery daterange,
  "user" text,
  level text,
  product varchar(200),
  discount numeric,
  loaded_at timestamptz DEFAULT now(),
  PRIMARY KEY (order_id, line_no)
);

CREATE MATERIALIZED VIEW sales_by_customer AS
SELECT "user", sum(amount) AS amount
FROM f_order_line
GROUP BY "user"
WITH NO DATA;

CREATE UNIQUE INDEX ON sales_by_customer ("user");

CREATE INDEX ON f_order_line (sku);
CREATE INDEX ON f_order_line (customer_id);
