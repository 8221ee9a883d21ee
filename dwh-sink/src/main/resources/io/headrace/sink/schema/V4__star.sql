-- The definition that the star's tables show: the very texts, so that it can be fed on when the files have changed.
CREATE TABLE headrace.star (
  table_name text NOT NULL PRIMARY KEY,
  generation text NOT NULL,
  file       text NOT NULL,
  sql        text NOT NULL
);

-- What replays did, and what is left to be cleaned away after them.
CREATE TABLE headrace.replay (
  id              bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started         timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished        timestamptz,
  state           text        NOT NULL CHECK (state IN ('building', 'swapping', 'swapped', 'cleaned', 'failed')),
  from_generation text        NOT NULL,
  to_generation   text        NOT NULL,
  rows            bigint,
  old_schema      text,
  error           text
);
COMMENT ON COLUMN headrace.replay.rows IS 'Rows of the new star when it took the old one''s place';
COMMENT ON COLUMN headrace.replay.old_schema IS 'Where the old star went, until it is dropped; null when it is to be kept';
