CREATE TABLE d_course (
  course_id integer PRIMARY KEY,
  title varchar(255),
  created_at timestamp,
  updated_at timestamp,
  deleted_at timestamp(0),
  icon_url varchar(255),
  is_auto_course_enroll boolean,
  is_demo_enroll boolean
);

CREATE TABLE d_stream (
  stream_id integer PRIMARY KEY,
  start_at timestamp,
  end_at timestamp,
  created_at timestamp,
  updated_at timestamp,
  deleted_at timestamp,
  is_open boolean,
  name varchar(255),
  homework_deadline_days integer
);

CREATE TABLE d_stream_module (
  stream_module_id integer PRIMARY KEY,
  title varchar(255),
  created_at timestamp,
  updated_at timestamp,
  order_in_stream integer,
  deleted_at timestamp
);

-- Every committed state is one that the source had, so the references always hold at its end.
CREATE TABLE f_lesson (
  id integer PRIMARY KEY,
  stream_module_id integer REFERENCES d_stream_module DEFERRABLE INITIALLY DEFERRED,
  course_id integer REFERENCES d_course DEFERRABLE INITIALLY DEFERRED,
  stream_id integer REFERENCES d_stream DEFERRABLE INITIALLY DEFERRED,
  title varchar(255),
  description text,
  start_at timestamp,
  end_at timestamp,
  homework_url varchar(500),
  teacher_id integer,
  deleted_at timestamp(0),
  online_lesson_join_url varchar(255),
  online_lesson_recording_url varchar(255)
);

CREATE INDEX ON f_lesson (stream_module_id);
CREATE INDEX ON f_lesson (course_id);
CREATE INDEX ON f_lesson (stream_id);
