-- What comparisons of the warehouse with the source have found. One that has not finished is at work, or died.
CREATE TABLE headrace.verification (
  id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started         timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished        timestamptz,
  method          text        NOT NULL CHECK (method IN ('aligned', 'settled')),
  scope           jsonb       NOT NULL,
  generation      text        NOT NULL,
  first_epoch     bigint,
  first_lsn       pg_lsn,
  first_committed timestamptz,
  epoch           bigint,
  lsn             pg_lsn,
  committed       timestamptz,
  result          text        CHECK (result IN ('equal', 'different', 'failed')),
  rows            bigint,
  differences     bigint,
  error           text,
  CHECK ((finished IS NULL) = (result IS NULL))
);
COMMENT ON TABLE headrace.verification IS 'Comparisons of the star''s tables with their SELECTs on the source';
COMMENT ON COLUMN headrace.verification.method IS 'aligned: both sides read at one commit; settled: differing keys read again until they stood still';
COMMENT ON COLUMN headrace.verification.scope IS 'What was asked for: tables, condition, sample, or certain keys only';
COMMENT ON COLUMN headrace.verification.first_lsn IS 'The commit of the source at which the first rows were compared';
COMMENT ON COLUMN headrace.verification.lsn IS 'The commit of the source at which the last rows were compared';

CREATE TABLE headrace.verification_table (
  verification bigint   NOT NULL REFERENCES headrace.verification ON DELETE CASCADE,
  star_table   text     NOT NULL,
  equal        bigint   NOT NULL,
  different    bigint   NOT NULL,
  missing      bigint   NOT NULL,
  extra        bigint   NOT NULL,
  undecided    bigint   NOT NULL,
  took         interval NOT NULL,
  PRIMARY KEY (verification, star_table)
);
COMMENT ON COLUMN headrace.verification_table.missing IS 'Rows of the source''s SELECT that the warehouse does not have';
COMMENT ON COLUMN headrace.verification_table.extra IS 'Rows of the warehouse that the source''s SELECT does not have';
COMMENT ON COLUMN headrace.verification_table.undecided IS 'Rows that changed at every look';

-- The differing keys, as many as a run keeps.
CREATE TABLE headrace.verification_difference (
  verification bigint NOT NULL REFERENCES headrace.verification ON DELETE CASCADE,
  star_table   text   NOT NULL,
  key          jsonb  NOT NULL,
  kind         text   NOT NULL CHECK (kind IN ('different', 'missing', 'extra', 'undecided'))
);
CREATE INDEX ON headrace.verification_difference (verification);
COMMENT ON COLUMN headrace.verification_difference.key IS 'The primary key''s columns with their values as text';
