INSERT INTO billing.customer (id, "user", email, since, tags, profile) VALUES
  (1, 'ada', 'ada@example.org', timestamptz '2020-02-29 12:00:00.123456+00', ARRAY['early', 'with, comma', 'with "quotes"'], '{"level": 3, "ratio": 1.50}'),
  (2, 'Bož𝄞na', NULL, '-infinity', '{}', '{"level": null}'),
  (9000000000, E'tab\tand\nnewline \\N', 'x@y', NULL, NULL, NULL);

INSERT INTO sales.product (sku, title, price, attributes, weight, picture) VALUES
  ('A-1', 'Anvil', 99.90, '{"colour": "black", "sizes": [1, 2]}', 45.5, '\x0001ff'),
  ('b/2', 'Bolt', 0.05, '{}', 'NaN', ''),
  ('c 3', 'Cord', NULL, NULL, '-Infinity', NULL),
  ('', 'Nothing', 0, 'null', 0, NULL);

INSERT INTO sales."Order" (id, customer_id, "placedAt", channel, "select") VALUES
  ('00000000-0000-4000-8000-000000000001', 1, '2024-01-01 00:00:00+02', 'web', 'first'),
  ('00000000-0000-4000-8000-000000000002', NULL, '2024-06-30 23:59:59.999999Z', 'phone', NULL),
  ('00000000-0000-4000-8000-000000000003', 9000000000, 'infinity', NULL, '');

INSERT INTO sales.order_line (order_id, line_no, sku, qty, price, status, "Order", delivery) VALUES
  ('00000000-0000-4000-8000-000000000001', 1, 'A-1', 1, 89.99, 'open', 7, '[2024-01-02,2024-01-05)'),
  ('00000000-0000-4000-8000-000000000001', 2, 'b/2', 1000, 0.05, 'shipped', NULL, 'empty'),
  ('00000000-0000-4000-8000-000000000002', 1, 'b/2', 3, NULL, 'returned', 8, '[2024-07-01,)'),
  ('00000000-0000-4000-8000-000000000002', 2, 'A-1', 2, 99.90, 'cancelled', 9, NULL),
  ('00000000-0000-4000-8000-000000000003', 1, NULL, 1, 1.00, 'open', NULL, NULL),
  ('00000000-0000-4000-8000-000000000003', 2, '', 5, 2.50, 'open', 10, NULL);
