-- A fact is a lesson with its module and the module's stream; a lesson without a module has none.
SELECT
  lesson.id,
  lesson.stream_module_id,
  stream.course_id,
  module.stream_id,
  lesson.title,
  lesson.description,
  lesson.start_at,
  lesson.end_at,
  lesson.homework_url,
  lesson.teacher_id,
  lesson.deleted_at,
  lesson.online_lesson_join_url,
  lesson.online_lesson_recording_url
FROM stream_module_lesson AS lesson
JOIN stream_module AS module ON module.id = lesson.stream_module_id
JOIN stream ON stream.id = module.stream_id;
