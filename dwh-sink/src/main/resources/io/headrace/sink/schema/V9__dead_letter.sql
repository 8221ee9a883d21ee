-- Records that could not be read or applied: set aside, so that all others go on. The star equals the source except for
-- the keys that wait here.
CREATE TABLE headrace.dead_letter (
  id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stage        text        NOT NULL CHECK (stage IN ('transform', 'sink')),
  topic        text        NOT NULL,
  partition    integer     NOT NULL,
  kafka_offset bigint      NOT NULL,
  epoch        bigint,
  table_name   text,
  key          text,
  cause        text        NOT NULL,
  sqlstate     text,
  at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries        integer     NOT NULL DEFAULT 1,
  last_tried   timestamptz NOT NULL DEFAULT clock_timestamp(),
  state        text        NOT NULL DEFAULT 'waiting'
                           CHECK (state IN ('waiting', 'applied', 'replaced', 'discarded')),
  ended        timestamptz,
  generation   text,
  record_key   bytea,
  record_value bytea,
  recapture    text,
  retry_wished boolean     NOT NULL DEFAULT false,
  published    boolean     NOT NULL DEFAULT false,
  UNIQUE (topic, partition, kafka_offset),
  CHECK ((ended IS NULL) = (state = 'waiting'))
);
CREATE INDEX ON headrace.dead_letter (stage) WHERE state = 'waiting';
CREATE INDEX ON headrace.dead_letter (id) WHERE NOT published;
COMMENT ON TABLE headrace.dead_letter IS 'Records set aside; while one waits, the star shows its key as it was before';
COMMENT ON COLUMN headrace.dead_letter.epoch IS 'The epoch that the star showed first without it';
COMMENT ON COLUMN headrace.dead_letter.table_name IS 'Of the sink the table of the star, of the transform the table of the source';
COMMENT ON COLUMN headrace.dead_letter.key IS 'The key in readable form; null where the record tells none';
COMMENT ON COLUMN headrace.dead_letter.at IS 'When it was first seen';
COMMENT ON COLUMN headrace.dead_letter.state IS
  'waiting; applied: by a retry; replaced: by a later change of its key, or a new star; discarded: by a person';
COMMENT ON COLUMN headrace.dead_letter.record_key IS 'The record''s key as it came';
COMMENT ON COLUMN headrace.dead_letter.record_value IS 'The record''s value as it came; null for a row that is gone';
COMMENT ON COLUMN headrace.dead_letter.recapture IS 'What to ask the capture for to have the row sent again';
COMMENT ON COLUMN headrace.dead_letter.published IS 'Whether the topic of dead letters shows this state';

-- Everything but the records' contents.
GRANT SELECT (id, stage, topic, partition, kafka_offset, epoch, table_name, key, cause, sqlstate, at, tries, last_tried,
  state, ended, generation) ON headrace.dead_letter TO PUBLIC;
