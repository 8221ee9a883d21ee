CREATE TABLE d_place (
  code text COLLATE "und-x-icu" PRIMARY KEY,
  title text,
  size numeric(8,4)
);

CREATE TABLE d_kind (
  code char(6) PRIMARY KEY,
  day timestamp
);

-- Types that are wider than the source's, another collation, and the key's columns in another order.
CREATE TABLE f_word (
  lang text COLLATE "C",
  word varchar(60) COLLATE "POSIX",
  nr bigint,
  weight numeric,
  price numeric(10,4),
  seen timestamp,
  at timestamptz,
  mood text,
  note varchar(60),
  doc json,
  raw bytea,
  many text[],
  wide double precision,
  narrow real,
  span interval,
  place_title text,
  loaded_at timestamptz DEFAULT now(),
  PRIMARY KEY (nr, word, lang)
);
