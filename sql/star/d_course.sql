SELECT
  id AS course_id,
  title,
  created_at,
  updated_at,
  deleted_at,
  icon_url,
  is_auto_course_enroll,
  is_demo_enroll
FROM course;
