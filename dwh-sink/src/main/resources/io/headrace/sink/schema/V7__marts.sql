-- Marts that files declare, who is due when, and refreshes that wait for their time.

CREATE TABLE headrace.mart (
  mart     text        NOT NULL PRIMARY KEY,
  schedule text,
  zone     text        NOT NULL,
  cut_off  text        NOT NULL CHECK (cut_off IN ('trigger', 'previous midnight')),
  retries  integer     NOT NULL,
  seen     timestamptz NOT NULL
);
COMMENT ON TABLE headrace.mart IS 'Marts that a file declares, as the scheduler that started last has read them';
COMMENT ON COLUMN headrace.mart.schedule IS 'Cron, in the zone; null: only when asked for';

-- db-scheduler's table, as its version demands it.
CREATE TABLE headrace.scheduled_tasks (
  task_name            text        NOT NULL,
  task_instance        text        NOT NULL,
  task_data            bytea,
  execution_time       timestamptz NOT NULL,
  picked               boolean     NOT NULL,
  picked_by            text,
  last_success         timestamptz,
  last_failure         timestamptz,
  consecutive_failures integer,
  last_heartbeat       timestamptz,
  version              bigint      NOT NULL,
  priority             smallint,
  PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX ON headrace.scheduled_tasks (execution_time);
CREATE INDEX ON headrace.scheduled_tasks (last_heartbeat);

ALTER TABLE headrace.mart_refresh
  ADD COLUMN not_before timestamptz,
  DROP CONSTRAINT mart_refresh_trigger_check,
  ADD CONSTRAINT mart_refresh_trigger_check
    CHECK (trigger IN ('schedule', 'manual', 'first load', 'catch-up', 'new definition'));
COMMENT ON COLUMN headrace.mart_refresh.not_before IS 'An attempt after a failure waits until then';
COMMENT ON COLUMN headrace.mart_refresh.complete_to IS
  'The commit time, by the source''s clock, of the commit that the mart shows; of a mart that reads others, of the oldest that they show';
COMMENT ON COLUMN headrace.mart_refresh.rows_changed IS
  'Rows written and rows deleted by it, a changed row being both; null where it was filled anew';
-- One waits and one is at work: what is asked for meanwhile is what waits.
CREATE UNIQUE INDEX mart_refresh_at_work ON headrace.mart_refresh (mart) WHERE state = 'refreshing';
CREATE INDEX mart_refresh_open ON headrace.mart_refresh (mart) WHERE state IN ('waiting', 'refreshing');

-- Before which moments the star is to stop, until a mart has its snapshot.
CREATE TABLE headrace.mart_stop (
  mart          text        NOT NULL PRIMARY KEY,
  moment        timestamptz NOT NULL,
  due           timestamptz NOT NULL,
  patience      interval    NOT NULL,
  reached_epoch bigint,
  reached_at    timestamptz
);
COMMENT ON COLUMN headrace.mart_stop.moment IS 'Of the source''s clock: no epoch is merged that was committed then or later';
COMMENT ON COLUMN headrace.mart_stop.due IS 'When the mart is refreshed, at the earliest';
COMMENT ON COLUMN headrace.mart_stop.patience IS 'How long the star stands still for it, from when it is due or the star stands there';
COMMENT ON COLUMN headrace.mart_stop.reached_epoch IS 'Written by the sink: the last epoch before the moment, which the star shows';

GRANT SELECT ON headrace.mart TO PUBLIC;
