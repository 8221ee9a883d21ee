/* A line with its order and product; the order's customer may be unknown. */
SELECT
  line.order_id,
  line_no,
  line.sku,
  o.customer_id,
  o."placedAt" AS placed_at,
  o.channel,
  o."select",
  line."Order",
  line.status,
  qty,
  (qty * line.price)::numeric(14,2) AS amount,
  line.total,
  delivery,
  coalesce(c."user", 'guest') AS "user",
  c.profile ->> 'level' AS level,
  p.title AS product,
  p.price - line.price AS discount
FROM sales.order_line AS line
JOIN sales."Order" AS o ON line.order_id = o.id
LEFT JOIN billing.customer AS c ON c.id = o.customer_id
JOIN sales.product p USING (sku)
WHERE line.status <> 'cancelled' AND (qty > 0 OR line.price IS NULL); -- a cancelled line is no sale
