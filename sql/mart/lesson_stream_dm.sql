-- What analysts read: a fact with its stream and its course.
SELECT
  lesson.id,
  lesson.title AS lesson_title,
  lesson.teacher_id,
  lesson.stream_module_id,
  lesson.stream_id,
  stream.name,
  stream.homework_deadline_days,
  lesson.course_id,
  course.title AS course_title,
  course.is_demo_enroll
FROM f_lesson AS lesson
JOIN d_stream AS stream ON stream.stream_id = lesson.stream_id
JOIN d_course AS course ON course.course_id = lesson.course_id
