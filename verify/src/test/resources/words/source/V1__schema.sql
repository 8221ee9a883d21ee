-- Keys of texts in a language's order, which the warehouse does not share; values of every awkward kind.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN label AS varchar(40);

CREATE TABLE place (
  code varchar(6) PRIMARY KEY,
  title text,
  size numeric(6,2)
);

CREATE TABLE kind (
  code char(6) PRIMARY KEY,
  day date
);

CREATE TABLE word (
  lang text COLLATE "und-x-icu",
  word varchar(30) COLLATE "und-x-icu",
  nr smallint,
  place varchar(6) REFERENCES place,
  weight numeric,
  price numeric(8,2),
  seen timestamp,
  at timestamptz,
  mood mood,
  note label,
  doc json,
  raw bytea,
  many text[],
  wide double precision,
  narrow real,
  span interval,
  open boolean NOT NULL,
  PRIMARY KEY (lang, word, nr)
);

ALTER TABLE place REPLICA IDENTITY FULL;
ALTER TABLE kind REPLICA IDENTITY FULL;
ALTER TABLE word REPLICA IDENTITY FULL;
