-- The school: a course runs as streams, a stream has modules, a module has lessons.

CREATE TABLE course (
  id integer PRIMARY KEY,
  title varchar(255),
  created_at timestamp,
  updated_at timestamp,
  deleted_at timestamp(0),
  icon_url varchar(255),
  is_auto_course_enroll boolean,
  is_demo_enroll boolean
);

CREATE TABLE stream (
  id integer PRIMARY KEY,
  course_id integer REFERENCES course,
  start_at timestamp,
  end_at timestamp,
  created_at timestamp,
  updated_at timestamp,
  deleted_at timestamp,
  is_open boolean,
  name varchar(255),
  homework_deadline_days integer
);

CREATE TABLE stream_module (
  id integer PRIMARY KEY,
  stream_id integer REFERENCES stream,
  title varchar(255),
  created_at timestamp,
  updated_at timestamp,
  order_in_stream integer,
  deleted_at timestamp
);

CREATE TABLE stream_module_lesson (
  id integer PRIMARY KEY,
  title varchar(255),
  description text,
  start_at timestamp,
  end_at timestamp,
  homework_url varchar(500),
  teacher_id integer,
  stream_module_id integer REFERENCES stream_module,
  deleted_at timestamp(0),
  online_lesson_join_url varchar(255),
  online_lesson_recording_url varchar(255)
);

CREATE INDEX ON stream (course_id);
CREATE INDEX ON stream_module (stream_id);
CREATE INDEX ON stream_module_lesson (stream_module_id);

-- A change then says the whole row before and after it, large values that did not change included.
ALTER TABLE course REPLICA IDENTITY FULL;
ALTER TABLE stream REPLICA IDENTITY FULL;
ALTER TABLE stream_module REPLICA IDENTITY FULL;
ALTER TABLE stream_module_lesson REPLICA IDENTITY FULL;
