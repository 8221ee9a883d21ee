-- 4 courses, 4 streams, 5 modules, 12 lessons. Marketing and C# have no streams, module 3 has no lessons.

INSERT INTO course (id, title, created_at, updated_at, deleted_at, icon_url, is_auto_course_enroll, is_demo_enroll) VALUES
  (1, 'Python development', '2022-08-01 09:00:00', '2022-08-20 12:30:00', NULL, 'https://cdn.example.org/icons/python.svg', false, true),
  (2, 'Java development', '2022-08-01 09:05:00', '2022-08-21 10:00:00', NULL, 'https://cdn.example.org/icons/java.svg', false, true),
  (3, 'C# development', '2022-08-01 09:10:00', '2022-08-22 16:45:00', NULL, 'https://cdn.example.org/icons/csharp.svg', false, false),
  (4, 'Marketing', '2022-08-01 09:15:00', '2022-08-23 11:20:00', NULL, 'https://cdn.example.org/icons/marketing.svg', true, false);

INSERT INTO stream (id, course_id, start_at, end_at, created_at, updated_at, deleted_at, is_open, name, homework_deadline_days) VALUES
  (1, 1, '2022-09-01 10:00:00', '2023-02-28 20:00:00', '2022-08-02 09:00:00', '2022-08-25 09:00:00', NULL, true, 'Python, autumn 2022', 7),
  (2, 1, '2023-03-01 10:00:00', '2023-08-31 20:00:00', '2022-08-02 09:10:00', '2022-08-25 09:10:00', NULL, false, 'Python, spring 2023', 7),
  (3, 2, '2022-09-05 10:00:00', '2023-03-05 20:00:00', '2022-08-02 09:20:00', '2022-08-25 09:20:00', NULL, true, 'Java, autumn 2022', 10),
  (4, 2, '2023-03-06 10:00:00', '2023-09-05 20:00:00', '2022-08-02 09:30:00', '2022-08-25 09:30:00', NULL, false, 'Java, spring 2023', 10);

INSERT INTO stream_module (id, stream_id, title, created_at, updated_at, order_in_stream, deleted_at) VALUES
  (1, 1, 'Django backend', '2022-08-03 09:00:00', '2022-08-26 09:00:00', 1, NULL),
  (2, 1, 'DRF', '2022-08-03 09:05:00', '2022-08-26 09:05:00', 2, NULL),
  (3, 2, 'Algs', '2022-08-03 09:10:00', '2022-08-26 09:10:00', 1, NULL),
  (4, 3, 'Java essentials', '2022-08-03 09:15:00', '2022-08-26 09:15:00', 1, NULL),
  (5, 3, 'Java advanced', '2022-08-03 09:20:00', '2022-08-26 09:20:00', 2, NULL);

INSERT INTO stream_module_lesson (id, title, description, start_at, end_at, homework_url, teacher_id, stream_module_id, deleted_at, online_lesson_join_url, online_lesson_recording_url) VALUES
  (1, 'Models and migrations', 'How Django maps classes to tables, and changes them', '2022-09-01 18:00:00', '2022-09-01 20:00:00', 'https://homework.example.org/1', 1, 1, NULL, 'https://meet.example.org/lesson-1', 'https://video.example.org/lesson-1'),
  (2, 'Views and templates', 'From a request to a page', '2022-09-06 18:00:00', '2022-09-06 20:00:00', 'https://homework.example.org/2', 1, 1, NULL, 'https://meet.example.org/lesson-2', 'https://video.example.org/lesson-2'),
  (3, 'Forms and validation', 'Taking input that may be wrong', '2022-09-08 18:00:00', '2022-09-08 20:00:00', 'https://homework.example.org/3', 2, 1, NULL, 'https://meet.example.org/lesson-3', NULL),
  (4, 'Serializers', 'Rows to JSON and back', '2022-09-13 18:00:00', '2022-09-13 20:00:00', 'https://homework.example.org/4', 2, 2, NULL, 'https://meet.example.org/lesson-4', NULL),
  (5, 'Viewsets and routers', 'A REST interface in few lines', '2022-09-15 18:00:00', '2022-09-15 20:00:00', 'https://homework.example.org/5', 2, 2, NULL, 'https://meet.example.org/lesson-5', NULL),
  (6, 'Permissions and throttling', 'Who may do what, and how often', '2022-09-20 18:00:00', '2022-09-20 20:00:00', NULL, 1, 2, NULL, 'https://meet.example.org/lesson-6', NULL),
  (7, 'Types and objects', 'Primitive types, classes, records', '2022-09-05 18:00:00', '2022-09-05 20:00:00', 'https://homework.example.org/7', 3, 4, NULL, 'https://meet.example.org/lesson-7', 'https://video.example.org/lesson-7'),
  (8, 'Collections', 'Lists, sets, maps and what they cost', '2022-09-07 18:00:00', '2022-09-07 20:00:00', 'https://homework.example.org/8', 3, 4, NULL, 'https://meet.example.org/lesson-8', 'https://video.example.org/lesson-8'),
  (9, 'Exceptions', 'When to throw and when to return', '2022-09-12 18:00:00', '2022-09-12 20:00:00', NULL, 3, 4, NULL, 'https://meet.example.org/lesson-9', NULL),
  (10, 'Streams and lambdas', 'Functions over sequences of values', '2022-09-14 18:00:00', '2022-09-14 20:00:00', 'https://homework.example.org/10', 4, 5, NULL, 'https://meet.example.org/lesson-10', NULL),
  (11, 'Concurrency', 'Threads, locks and executors', '2022-09-19 18:00:00', '2022-09-19 20:00:00', 'https://homework.example.org/11', 4, 5, NULL, 'https://meet.example.org/lesson-11', NULL),
  (12, 'Memory model', 'What one thread sees of another', '2022-09-21 18:00:00', '2022-09-21 20:00:00', 'https://homework.example.org/12', 4, 5, NULL, 'https://meet.example.org/lesson-12', NULL);
