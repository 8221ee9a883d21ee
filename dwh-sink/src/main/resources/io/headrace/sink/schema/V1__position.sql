-- What the sink keeps in the warehouse, in the same transactions as the star.

-- After which commit of the source the star's tables stand. One row once something has been merged.
CREATE TABLE headrace.position (
  epoch      bigint      NOT NULL,
  lsn        pg_lsn      NOT NULL,
  committed  timestamptz NOT NULL,
  generation text        NOT NULL,
  merged_at  timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX position_is_one_row ON headrace.position ((true));
COMMENT ON TABLE headrace.position IS 'The commit of the source that the star''s tables show';
COMMENT ON COLUMN headrace.position.lsn IS 'The end of that commit in the source''s write-ahead log';
COMMENT ON COLUMN headrace.position.committed IS 'When the source committed it';
COMMENT ON COLUMN headrace.position.generation IS 'The definition of the star that was used';
COMMENT ON COLUMN headrace.position.merged_at IS 'When the warehouse got it';

-- Where reading goes on after a restart.
CREATE TABLE headrace.kafka_offset (
  topic       text    NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint  NOT NULL,
  epoch       bigint  NOT NULL,
  topic_id    text    NOT NULL,
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);
COMMENT ON COLUMN headrace.kafka_offset.next_offset IS 'The offset after the mark of the epoch';
COMMENT ON COLUMN headrace.kafka_offset.topic_id IS 'Kafka''s own id, so that a topic made anew is noticed';

-- Who may write. The token grows with each takeover; a merge under an older one is refused.
CREATE TABLE headrace.sink (
  token    bigint      NOT NULL,
  taken_at timestamptz NOT NULL,
  taken_by text        NOT NULL
);
CREATE UNIQUE INDEX sink_is_one_row ON headrace.sink ((true));
INSERT INTO headrace.sink VALUES (0, clock_timestamp(), '');

-- Which definitions of the star have been loaded whole, and when the marts were filled from them.
CREATE TABLE headrace.first_load (
  generation   text        NOT NULL PRIMARY KEY,
  loaded_at    timestamptz NOT NULL,
  marts_filled timestamptz
);

GRANT USAGE ON SCHEMA headrace TO PUBLIC;
GRANT SELECT ON headrace.position, headrace.first_load TO PUBLIC;
