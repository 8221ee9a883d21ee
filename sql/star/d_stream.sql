SELECT
  id AS stream_id,
  start_at,
  end_at,
  created_at,
  updated_at,
  deleted_at,
  is_open,
  name,
  homework_deadline_days
FROM stream;
