-- What was done, by whom it was asked for, and what came of it; each kind of run in a table of its own, all in one view.

-- Refreshes of marts.
CREATE TABLE headrace.mart_refresh (
  id              bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mart            text        NOT NULL,
  trigger         text        NOT NULL CHECK (trigger IN ('schedule', 'manual', 'first load', 'catch-up')),
  due             timestamptz NOT NULL,
  started         timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished        timestamptz,
  state           text        NOT NULL DEFAULT 'waiting'
                              CHECK (state IN ('waiting', 'refreshing', 'done', 'failed', 'cancelled')),
  cut_off         timestamptz,
  incomplete      boolean     NOT NULL DEFAULT false,
  complete_to     timestamptz,
  epoch           bigint,
  lsn             pg_lsn,
  rows            bigint,
  rows_changed    bigint,
  attempt         integer     NOT NULL DEFAULT 1,
  cancel_wished   boolean     NOT NULL DEFAULT false,
  error           text,
  CHECK ((finished IS NULL) = (state IN ('waiting', 'refreshing')))
);
CREATE INDEX ON headrace.mart_refresh (mart, id);
COMMENT ON COLUMN headrace.mart_refresh.due IS 'The moment of the schedule that it is for; of other triggers when it was asked for';
COMMENT ON COLUMN headrace.mart_refresh.cut_off IS 'The star must show all that the source committed until then';
COMMENT ON COLUMN headrace.mart_refresh.incomplete IS 'Refreshed although the star did not stand at the cut-off in time';
COMMENT ON COLUMN headrace.mart_refresh.complete_to IS 'The commit time, by the source''s clock, of the commit that the mart shows';
COMMENT ON COLUMN headrace.mart_refresh.rows_changed IS 'Rows inserted, updated and deleted by it; null where it was filled for the first time';

-- Tables captured again, as the epochs tell it.
CREATE TABLE headrace.resync (
  id           text        NOT NULL PRIMARY KEY,
  source_table text        NOT NULL,
  trigger      text        NOT NULL CHECK (trigger IN ('manual', 'new table', 'lost topic')),
  started      timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished     timestamptz,
  state        text        NOT NULL CHECK (state IN ('running', 'done', 'failed')),
  rows         bigint,
  error        text,
  CHECK ((finished IS NULL) = (state = 'running'))
);

-- Differences mended through the pipeline.
CREATE TABLE headrace.repair (
  id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  verification bigint,
  started      timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished     timestamptz,
  state        text        NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'mended', 'failed')),
  keys         bigint,
  error        text,
  CHECK ((finished IS NULL) = (state = 'running'))
);
COMMENT ON COLUMN headrace.repair.verification IS 'The comparison whose differences it mends';

-- The log lines of a run, kept where the run is.
CREATE TABLE headrace.run_log (
  kind   text        NOT NULL,
  run    text        NOT NULL,
  at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  line   bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  level  text        NOT NULL,
  words  text        NOT NULL,
  PRIMARY KEY (kind, run, line)
);

-- outcome: running (or died: a run that has not finished and whose process is gone), good, attention, failed.
CREATE VIEW headrace.run AS
SELECT 'first load' AS kind, generation AS id, 'definition ' || generation AS name, 'first load' AS trigger,
  loaded_at AS started, loaded_at AS finished,
  CASE WHEN marts_filled IS NULL THEN 'done, marts not filled yet' ELSE 'done' END AS state,
  'good' AS outcome, NULL::text AS detail, NULL::text AS error
FROM headrace.first_load
UNION ALL
SELECT 'refresh', id::text, mart, trigger, started, finished, state || CASE WHEN incomplete THEN ', incomplete' ELSE '' END,
  CASE WHEN finished IS NULL THEN 'running' WHEN state = 'failed' THEN 'failed'
    WHEN incomplete OR state = 'cancelled' THEN 'attention' ELSE 'good' END,
  concat_ws(', ', rows || ' rows', rows_changed || ' changed'), error
FROM headrace.mart_refresh
UNION ALL
SELECT 'verify', id::text,
  CASE WHEN jsonb_array_length(scope -> 'tables') > 3 THEN jsonb_array_length(scope -> 'tables') || ' tables'
    ELSE (SELECT string_agg(name, ', ') FROM jsonb_array_elements_text(scope -> 'tables') name) END,
  'manual', started, finished,
  coalesce(result, 'running'),
  CASE WHEN finished IS NULL THEN 'running' WHEN result = 'failed' THEN 'failed'
    WHEN result = 'different' THEN 'attention' ELSE 'good' END,
  concat_ws(', ', rows || ' rows', nullif(differences, 0) || ' differ'), error
FROM headrace.verification
UNION ALL
SELECT 'repair', id::text, 'differences of verify ' || coalesce(verification::text, '?'), 'manual', started, finished, state,
  CASE WHEN finished IS NULL THEN 'running' WHEN state = 'failed' THEN 'failed' ELSE 'good' END,
  keys || ' keys', error
FROM headrace.repair
UNION ALL
SELECT 'replay', id::text, coalesce(nullif(from_generation, ''), 'nothing') || ' to ' || to_generation, 'manual', started, finished, state,
  CASE WHEN finished IS NULL THEN 'running' WHEN state = 'failed' THEN 'failed' ELSE 'good' END,
  rows || ' rows', error
FROM headrace.replay
UNION ALL
SELECT 'resync', id, source_table, trigger, started, finished, state,
  CASE WHEN finished IS NULL THEN 'running' WHEN state = 'failed' THEN 'failed' ELSE 'good' END,
  rows || ' rows', error
FROM headrace.resync;
COMMENT ON VIEW headrace.run IS 'All runs of all kinds';
COMMENT ON COLUMN headrace.run.outcome IS 'running, good, attention or failed';

GRANT SELECT ON headrace.mart_refresh, headrace.run TO PUBLIC;
