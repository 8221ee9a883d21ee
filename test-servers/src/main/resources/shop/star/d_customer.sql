SELECT id AS customer_id, "user", email, since, tags, profile
FROM billing.customer
