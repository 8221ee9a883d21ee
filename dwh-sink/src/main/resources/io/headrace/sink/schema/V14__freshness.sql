-- As before, but without marts that are gone, and without an age where the clocks were not compared when the star moved on.
CREATE OR REPLACE FUNCTION headrace.freshness_now()
RETURNS TABLE (name text, kind text, complete_to timestamptz, age interval, age_bound interval, last_change timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shown     timestamptz;
  merged    timestamptz;
  measured  headrace.clock%ROWTYPE;
  here      timestamptz;
  off_by    interval;
  source_is timestamptz;
BEGIN
  SELECT p.committed, p.merged_at INTO shown, merged FROM headrace.position p;
  -- A commit that came half a minute after the last comparison may be another server's, after a fail-over.
  SELECT * INTO measured FROM headrace.clock c WHERE c.measured_at > merged - interval '30 s';
  here := clock_timestamp();
  -- Two clocks, each at most 500 ppm off its second, drift apart by at most a thousandth of the time.
  off_by := measured.bound + greatest(here - measured.measured_at, interval '0') * 0.001;
  source_is := here + measured.source_ahead + off_by;
  RETURN QUERY
  SELECT f.name, f.kind, f.complete_to, CASE WHEN source_is < f.complete_to THEN interval '0' ELSE source_is - f.complete_to END,
    CASE WHEN f.complete_to IS NOT NULL THEN off_by * 2 END, f.last_change
  FROM (
    SELECT 'star'::text AS name, 'star'::text AS kind, shown AS complete_to,
      (SELECT max(c.committed) FROM headrace.last_change c) AS last_change, 1 AS place
    UNION ALL
    SELECT s.table_name, 'table', shown, c.committed, 2
    FROM headrace.star s LEFT JOIN headrace.last_change c USING (table_name)
    UNION ALL
    SELECT m.mart, 'mart', m.complete_to, NULL, 3
    FROM (
      SELECT DISTINCT ON (r.mart) r.mart, r.complete_to FROM headrace.mart_refresh r
      WHERE r.state = 'done' ORDER BY r.mart, r.finished DESC) m
    WHERE EXISTS (SELECT FROM pg_class c WHERE c.relkind = 'm' AND c.relname = m.mart)
  ) f
  ORDER BY f.place, f.name;
END $$;
COMMENT ON COLUMN headrace.freshness.age IS
  'Never less than the truth; null while the two servers'' clocks have not been compared, or not since the star moved on';
