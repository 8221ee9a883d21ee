-- Somebody wants the star to stand still: merges wait until this row is gone, across restarts.
CREATE TABLE headrace.pause (
  since  timestamptz NOT NULL DEFAULT clock_timestamp(),
  by     text        NOT NULL,
  reason text        NOT NULL
);
CREATE UNIQUE INDEX pause_is_one_row ON headrace.pause ((true));
COMMENT ON TABLE headrace.pause IS 'While there is a row the sink merges nothing; reading from Kafka and the stages before it go on';

GRANT SELECT ON headrace.pause TO PUBLIC;
