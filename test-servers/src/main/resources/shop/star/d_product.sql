SELECT
  product.sku, -- the key of its maker
  upper(title) AS title,
  price,
  attributes,
  attributes ->> 'colour' AS colour,
  weight,
  picture
FROM sales.product
