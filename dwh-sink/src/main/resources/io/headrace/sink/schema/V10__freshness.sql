-- How fresh the star is, as a promise, and how long changes take. All of it is for everybody to read.

-- How far the source's clock is ahead of this server's, as the writing sink measures it. One row.
CREATE TABLE headrace.clock (
  source_ahead interval    NOT NULL,
  bound        interval    NOT NULL,
  measured_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX clock_is_one_row ON headrace.clock ((true));
COMMENT ON COLUMN headrace.clock.bound IS 'So far the measurement may be off: half the time that the two questions took';
COMMENT ON COLUMN headrace.clock.measured_at IS 'By this server''s clock';

-- What the star showed, every ten seconds; after two days once a minute.
CREATE TABLE headrace.freshness_history (
  at          timestamptz NOT NULL,
  complete_to timestamptz NOT NULL,
  epoch       bigint      NOT NULL,
  lsn         pg_lsn      NOT NULL
);
CREATE INDEX ON headrace.freshness_history (at);
COMMENT ON COLUMN headrace.freshness_history.at IS 'By this server''s clock; at this moment or a little earlier the star showed at least that';

-- When each star table last changed, by the source's clock: written in the merge itself.
CREATE TABLE headrace.last_change (
  table_name text        NOT NULL PRIMARY KEY,
  committed  timestamptz NOT NULL
) WITH (fillfactor = 50);

-- How long epochs took, hop by hop, every ten seconds; after two days once a minute, after 30 every ten minutes.
CREATE TABLE headrace.latency_history (
  at      timestamptz      NOT NULL,
  hop     text             NOT NULL CHECK (hop IN ('capture', 'transform', 'sink', 'total')),
  changes bigint           NOT NULL,
  epochs  bigint           NOT NULL,
  max     double precision NOT NULL,
  buckets smallint[]       NOT NULL,
  counts  bigint[]         NOT NULL
);
CREATE INDEX ON headrace.latency_history (at);
COMMENT ON COLUMN headrace.latency_history.at IS 'The beginning of the time that the row is about';
COMMENT ON COLUMN headrace.latency_history.changes IS 'Facts merged';
COMMENT ON COLUMN headrace.latency_history.epochs IS 'Epochs merged: so many latencies are counted here';
COMMENT ON COLUMN headrace.latency_history.max IS 'Seconds';
COMMENT ON COLUMN headrace.latency_history.buckets IS 'Bucket b holds what took longer than 0.001 * 2^((b-1)/8) seconds and at most 0.001 * 2^(b/8)';

-- PL/pgSQL looks names up when it runs: a replay puts another table in the place of headrace.position.
-- STABLE, so that it sees what the query sees that calls it: the claim is about the rows in the same query.
CREATE FUNCTION headrace.freshness_now()
RETURNS TABLE (name text, kind text, complete_to timestamptz, age interval, age_bound interval, last_change timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shown     timestamptz;
  measured  headrace.clock%ROWTYPE;
  here      timestamptz;
  off_by    interval;
  source_is timestamptz;
BEGIN
  SELECT p.committed INTO shown FROM headrace.position p;
  SELECT * INTO measured FROM headrace.clock;
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
  ) f
  ORDER BY f.place, f.name;
END $$;

CREATE VIEW headrace.freshness AS SELECT * FROM headrace.freshness_now();
COMMENT ON VIEW headrace.freshness IS 'Up to which moment of the source the star, its tables and the marts are complete';
COMMENT ON COLUMN headrace.freshness.complete_to IS 'What could be read in the source when its clock said so is here';
COMMENT ON COLUMN headrace.freshness.age IS 'Never less than the truth; null while the two servers'' clocks have not been compared';
COMMENT ON COLUMN headrace.freshness.age_bound IS 'The true age is at most so much smaller';
COMMENT ON COLUMN headrace.freshness.last_change IS 'When the source committed what was merged into it last';

CREATE FUNCTION headrace.known_at(moment timestamptz)
RETURNS TABLE (complete_to timestamptz, epoch bigint, lsn pg_lsn, sampled_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT h.complete_to, h.epoch, h.lsn, h.at FROM headrace.freshness_history h
  WHERE h.at <= moment ORDER BY h.at DESC LIMIT 1
$$;
COMMENT ON FUNCTION headrace.known_at IS 'What the star showed at a moment, or a little more than that';

CREATE FUNCTION headrace.history(since timestamptz, step interval)
RETURNS TABLE (at timestamptz, hop text, changes bigint, epochs bigint,
  p50 double precision, p95 double precision, p99 double precision, max double precision)
LANGUAGE sql STABLE AS $$
  WITH part AS MATERIALIZED (
    SELECT date_bin(step, h.at, timestamptz '2000-01-01 00:00:00Z') AS at,
      h.hop, h.changes, h.epochs, h.max AS longest, h.buckets, h.counts
    FROM headrace.latency_history h WHERE h.at >= since),
  total AS (
    SELECT p.at, p.hop, sum(p.changes)::bigint AS changes, sum(p.epochs)::bigint AS epochs, max(p.longest) AS longest
    FROM part p GROUP BY p.at, p.hop),
  counted AS (
    SELECT p.at, p.hop, b.bucket, sum(b.n) AS n
    FROM part p CROSS JOIN unnest(p.buckets, p.counts) AS b (bucket, n) GROUP BY p.at, p.hop, b.bucket),
  reached AS (
    SELECT c.at, c.hop, 0.001 * power(2, c.bucket / 8.0::double precision) AS upper,
      sum(c.n) OVER (PARTITION BY c.at, c.hop ORDER BY c.bucket) AS n
    FROM counted c)
  SELECT t.at, t.hop, t.changes, t.epochs,
    least(t.longest, min(r.upper) FILTER (WHERE r.n >= 0.50 * t.epochs)),
    least(t.longest, min(r.upper) FILTER (WHERE r.n >= 0.95 * t.epochs)),
    least(t.longest, min(r.upper) FILTER (WHERE r.n >= 0.99 * t.epochs)),
    t.longest
  FROM total t JOIN reached r ON r.at = t.at AND r.hop = t.hop
  GROUP BY t.at, t.hop, t.changes, t.epochs, t.longest
  ORDER BY t.at, t.hop
$$;
COMMENT ON FUNCTION headrace.history IS 'Throughput, and latencies in seconds, in steps; a percentile is never too small, and at most 9 % too large';

-- Makes old history coarser, and takes away what is older than 400 days.
CREATE FUNCTION headrace.thin_history() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  level record;
BEGIN
  DELETE FROM headrace.freshness_history WHERE at < now() - interval '400 days';
  DELETE FROM headrace.latency_history WHERE at < now() - interval '400 days';
  DELETE FROM headrace.run_log WHERE at < now() - interval '400 days';
  DELETE FROM headrace.freshness_history h
  USING (
    SELECT f.ctid AS place, lead(f.at) OVER (PARTITION BY date_trunc('minute', f.at) ORDER BY f.at) AS later
    FROM headrace.freshness_history f
    WHERE f.at BETWEEN now() - interval '30 days' AND date_trunc('minute', now() - interval '2 days')) old
  WHERE h.ctid = old.place AND old.later IS NOT NULL;
  FOR level IN
    SELECT * FROM (VALUES
      (interval '1 minute', now() - interval '30 days', now() - interval '2 days'),
      (interval '10 minutes', now() - interval '60 days', now() - interval '30 days')) AS l (step, since, until)
  LOOP
    WITH fine AS (
      SELECT date_bin(level.step, h.at, timestamptz '2000-01-01 00:00:00Z') AS at, h.hop, array_agg(h.ctid) AS places
      FROM headrace.latency_history h
      WHERE h.at >= date_bin(level.step, level.since, timestamptz '2000-01-01 00:00:00Z')
        AND h.at < date_bin(level.step, level.until, timestamptz '2000-01-01 00:00:00Z')
      GROUP BY 1, 2 HAVING count(*) > 1),
    gone AS (
      DELETE FROM headrace.latency_history h USING fine f WHERE h.ctid = ANY (f.places)
      RETURNING f.at, h.hop, h.changes, h.epochs, h.max, h.buckets, h.counts),
    counted AS (
      SELECT g.at, g.hop, b.bucket, sum(b.n)::bigint AS n
      FROM gone g CROSS JOIN unnest(g.buckets, g.counts) AS b (bucket, n) GROUP BY 1, 2, 3)
    INSERT INTO headrace.latency_history (at, hop, changes, epochs, max, buckets, counts)
    SELECT g.at, g.hop, g.changes, g.epochs, g.max, c.buckets, c.counts
    FROM (
      SELECT at, hop, sum(changes)::bigint AS changes, sum(epochs)::bigint AS epochs, max(max) AS max
      FROM gone GROUP BY at, hop) g
    JOIN (
      SELECT at, hop, array_agg(bucket ORDER BY bucket) AS buckets, array_agg(n ORDER BY bucket) AS counts
      FROM counted GROUP BY at, hop) c USING (at, hop);
  END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION headrace.thin_history FROM PUBLIC;

GRANT SELECT ON headrace.clock, headrace.freshness, headrace.freshness_history, headrace.last_change,
  headrace.latency_history TO PUBLIC;
