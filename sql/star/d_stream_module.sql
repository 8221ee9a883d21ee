SELECT
  id AS stream_module_id,
  title,
  created_at,
  updated_at,
  order_in_stream,
  deleted_at
FROM stream_module;
