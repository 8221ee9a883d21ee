-- What happens to a run is written into its log where it happens: whoever changes its row, in whatever process.

-- First loads that have begun.
CREATE TABLE headrace.loading (
  generation text        NOT NULL PRIMARY KEY,
  started    timestamptz NOT NULL,
  records      bigint
);
COMMENT ON TABLE headrace.loading IS 'When the star was begun to be loaded whole, and from how many records';
GRANT SELECT ON headrace.loading TO PUBLIC;

CREATE FUNCTION headrace.moment(at timestamptz) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;

CREATE FUNCTION headrace.tell_refresh() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO headrace.run_log (kind, run, level, words) VALUES ('refresh', NEW.id::text,
    CASE NEW.state WHEN 'failed' THEN 'ERROR' WHEN 'cancelled' THEN 'WARN' ELSE 'INFO' END,
    CASE NEW.state
      WHEN 'waiting' THEN concat(CASE TG_OP WHEN 'INSERT' THEN 'asked for' ELSE 'stopped, waits again' END,
        ' mart=', NEW.mart, ' trigger="', NEW.trigger, '" due=', headrace.moment(NEW.due), ' attempt=', NEW.attempt,
        ' complete_until=' || headrace.moment(NEW.cut_off), ' not_before=' || headrace.moment(NEW.not_before))
      WHEN 'refreshing' THEN 'begins'
      WHEN 'done' THEN concat('done rows=', NEW.rows, ' changed=' || NEW.rows_changed, ' epoch=' || NEW.epoch,
        ' complete_to=' || headrace.moment(NEW.complete_to))
      WHEN 'failed' THEN concat('failed: ', NEW.error)
      ELSE 'cancelled' END);
  RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER INSERT ON headrace.mart_refresh FOR EACH ROW EXECUTE FUNCTION headrace.tell_refresh();
CREATE TRIGGER tell_state AFTER UPDATE OF state ON headrace.mart_refresh FOR EACH ROW
  WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION headrace.tell_refresh();

CREATE FUNCTION headrace.tell_resync() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO headrace.run_log (kind, run, level, words)
    VALUES ('resync', NEW.id, 'INFO', concat('begins table=', NEW.source_table, ' trigger="', NEW.trigger, '"'));
  END IF;
  IF NEW.state <> 'running' THEN
    INSERT INTO headrace.run_log (kind, run, level, words) VALUES ('resync', NEW.id,
      CASE NEW.state WHEN 'failed' THEN 'ERROR' ELSE 'INFO' END,
      concat(NEW.state, ' rows=' || NEW.rows, ': ' || NEW.error));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER INSERT ON headrace.resync FOR EACH ROW EXECUTE FUNCTION headrace.tell_resync();
CREATE TRIGGER tell_state AFTER UPDATE OF state ON headrace.resync FOR EACH ROW
  WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION headrace.tell_resync();

CREATE FUNCTION headrace.tell_load() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO headrace.run_log (kind, run, level, words) VALUES ('first load', NEW.generation, 'INFO',
    CASE WHEN NEW.records IS NULL THEN 'begins' ELSE concat('done records=', NEW.records) END);
  RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON headrace.loading FOR EACH ROW EXECUTE FUNCTION headrace.tell_load();

CREATE OR REPLACE VIEW headrace.run AS
SELECT 'first load' AS kind, generation AS id, 'definition ' || generation AS name, 'first load' AS trigger,
  coalesce(l.started, f.loaded_at) AS started, CASE WHEN f.loaded_at >= coalesce(l.started, f.loaded_at) THEN f.loaded_at END AS finished,
  CASE WHEN f.loaded_at IS NULL OR f.loaded_at < l.started THEN 'loading' WHEN f.marts_filled IS NULL THEN 'done, marts not filled yet'
    ELSE 'done' END AS state,
  CASE WHEN f.loaded_at IS NULL OR f.loaded_at < l.started THEN 'running' ELSE 'good' END AS outcome,
  l.records || ' records' AS detail, NULL::text AS error
FROM headrace.first_load f FULL JOIN headrace.loading l USING (generation)
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
    WHEN result IN ('different', 'undecided') THEN 'attention' ELSE 'good' END,
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
