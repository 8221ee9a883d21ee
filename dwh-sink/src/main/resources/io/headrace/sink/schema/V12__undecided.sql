-- A comparison that found no difference, but rows about which nothing can be said, is not equal.
ALTER TABLE headrace.verification DROP CONSTRAINT verification_result_check;
ALTER TABLE headrace.verification ADD CONSTRAINT verification_result_check
  CHECK (result IN ('equal', 'different', 'undecided', 'failed'));
COMMENT ON COLUMN headrace.verification.scope IS 'What was asked for: tables, condition, sample; keys when certain rows only were compared, and how many';

CREATE OR REPLACE VIEW headrace.run AS
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
