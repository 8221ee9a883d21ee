package io.headrace.star;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every refusal that rests on what the databases say, with its whole message. */
class DatabaseRefusalIT {

  private static final String IMMUTABLE =
      "; allowed are expressions that depend on the row and nothing else, neither on the time nor on settings such as"
          + " TimeZone or lc_time";

  private static Databases databases;

  @BeforeAll
  static void open() throws SQLException {
    databases =
        Databases.open(
            """
            CREATE TYPE mood AS ENUM ('bad', 'good');
            CREATE TYPE shade AS ENUM ('dark', 'light');
            CREATE TABLE t (
              id integer PRIMARY KEY, "select" varchar(20), at timestamp, atz timestamptz, n numeric(12,2), m mood,
              s shade, price money, object regclass);
            CREATE TABLE pair (a integer, b text, "C" bigint, PRIMARY KEY (b, a));
            CREATE VIEW a_view AS SELECT * FROM t;
            CREATE MATERIALIZED VIEW a_matview AS SELECT * FROM t;
            CREATE TABLE parts (id integer PRIMARY KEY) PARTITION BY RANGE (id);
            CREATE TABLE parent (id integer PRIMARY KEY);
            CREATE TABLE child () INHERITS (parent);
            CREATE UNLOGGED TABLE forgetful (id integer PRIMARY KEY);
            CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE TABLE insensitive (id text COLLATE blind PRIMARY KEY);
            """,
            """
            CREATE TYPE shade AS ENUM ('light', 'dark');
            CREATE TABLE t (id integer PRIMARY KEY, small smallint, name varchar(10), n numeric(12,1), kept text NOT NULL,
              made integer GENERATED ALWAYS AS (id + 1) STORED);
            CREATE TABLE no_key (id integer);
            CREATE TABLE other_key (id integer, x integer PRIMARY KEY);
            CREATE TABLE plain (id integer PRIMARY KEY, x text, m text);
            CREATE VIEW not_a_table AS SELECT 1 AS id;
            """);
  }

  @AfterAll
  static void close() throws SQLException {
    databases.close();
  }

  @Test
  void aTargetThatIsMissing() {
    assertThat(
            databases.problems(
                "f_Pair",
                "SELECT a, b AS key_b, \"C\", a + 1 AS next, b || '' AS \"user\" FROM pair"))
        .containsExactly(
            """
            f_Pair.sql: a SELECT for the table f_Pair, which the warehouse does not have; this would make it:
            CREATE TABLE "f_Pair" (
              a integer,
              key_b text,
              "C" bigint,
              next integer,
              "user" text,
              PRIMARY KEY (key_b, a)
            );""");
  }

  @Test
  void aTargetThatIsNoTable() {
    assertThat(databases.problems("not_a_table", "SELECT id FROM t").get(0))
        .startsWith(
            "not_a_table.sql: a SELECT for the table not_a_table, which the warehouse does not have");
  }

  @Test
  void aTargetThatDoesNotTakeWhatItsSelectGives() {
    assertThat(
            databases.problems(
                "t",
                "SELECT id,\n  id AS small,\n  \"select\" AS name,\n  n,\n  id AS made,\n  id AS mad FROM t"))
        .containsExactly(
            "t.sql:1:8: a select list without kept, which t requires; select it, or give it a default, or allow NULL:"
                + " ALTER TABLE t ALTER COLUMN kept DROP NOT NULL",
            "t.sql:2:3: the column small of type integer, which does not fit smallint in t; cast it in the SELECT, such"
                + " as CAST(id AS smallint) AS small, or ALTER TABLE t ALTER COLUMN small TYPE integer",
            "t.sql:3:3: the column name of type character varying(20), which does not fit character varying(10) in t;"
                + " cast it in the SELECT, such as CAST(\"select\" AS character varying(10)) AS name, or ALTER TABLE t"
                + " ALTER COLUMN name TYPE character varying(20)",
            "t.sql:4:3: the column n of type numeric(12,2), which does not fit numeric(12,1) in t; cast it in the"
                + " SELECT, such as CAST(n AS numeric(12,1)) AS n, or ALTER TABLE t ALTER COLUMN n TYPE numeric(12,2)",
            "t.sql:5:3: the column made, which t computes itself; leave it out of the SELECT",
            "t.sql:6:3: the column mad, which t in the warehouse does not have; ALTER TABLE t ADD COLUMN mad integer"
                + " would add it; did you mean made?");
  }

  @Test
  void aTargetWithAnotherKeyOrWithoutOne() {
    assertThat(databases.problems("other_key", "SELECT id, id + 1 AS x FROM t"))
        .containsExactly(
            "other_key.sql: a SELECT for other_key, whose primary key is (x); it must be (id), the primary key of"
                + " public.t");
    assertThat(databases.problems("no_key", "SELECT id FROM t"))
        .containsExactly(
            "no_key.sql: a SELECT for no_key, which has no primary key in the warehouse; ALTER TABLE no_key ADD"
                + " PRIMARY KEY (id) would add it");
    assertThat(databases.problems("other_key", "SELECT id, id AS x FROM t")).isEmpty();
  }

  @Test
  void tablesThatAreNoPlainTables() {
    assertThat(databases.problems("plain", "SELECT id FROM a_view"))
        .containsExactly(
            "plain.sql:1:16: public.a_view, which is a view; allowed are plain tables");
    assertThat(databases.problems("plain", "SELECT id FROM a_matview"))
        .containsExactly(
            "plain.sql:1:16: public.a_matview, which is a materialized view; allowed are plain tables");
    assertThat(databases.problems("plain", "SELECT id FROM parts"))
        .containsExactly(
            "plain.sql:1:16: public.parts, which is a partitioned table; allowed are plain tables");
    assertThat(databases.problems("plain", "SELECT id FROM parent"))
        .containsExactly(
            "plain.sql:1:16: public.parent, which is a table that others inherit from; allowed are plain tables");
    assertThat(databases.problems("plain", "SELECT id FROM forgetful"))
        .containsExactly(
            "plain.sql:1:16: public.forgetful, which is an unlogged table; allowed are plain tables");
    assertThat(databases.problems("plain", "SELECT oid AS id FROM pg_catalog.pg_class"))
        .containsExactly(
            "plain.sql:1:23: pg_catalog.pg_class, which is a table of the catalog; allowed are plain tables");
  }

  @Test
  void aKeyWhoseEqualValuesAreWrittenDifferently() {
    assertThat(databases.problems("plain", "SELECT id FROM insensitive"))
        .containsExactly(
            "plain.sql:1:16: the table public.insensitive, whose primary key column id has a nondeterministic collation;"
                + " allowed are keys of integer, text, uuid, date and other types whose equal values are written the"
                + " same");
  }

  @Test
  void aTableOrFunctionThatIsMisspelt() {
    assertThat(databases.problems("plain", "SELECT a FROM pairs"))
        .containsExactly(
            "plain.sql:1:15: the table pairs, which the source does not have; allowed are the source's tables; did you"
                + " mean pair?");
    assertThat(databases.problems("plain", "SELECT id,\n  lowr(\"select\") AS x FROM t"))
        .containsExactly(
            "plain.sql:2:3: a SELECT that the source refuses: function lowr(character varying) does not exist (No"
                + " function matches the given name and argument types. You might need to add explicit type casts.);"
                + " it must run in the source as it stands here");
  }

  @Test
  void expressionsThatAreNotImmutable() {
    String sql =
        "SELECT id,\n  atz::date AS a,\n  at::text AS b,\n  n::numeric(5,1) AS fine,\n  at > 'now' AS c,\n"
            + "  \"select\" = 'today' AS also_fine\nFROM t WHERE atz > '2020-01-01'::timestamp";
    List<String> expected =
        List.of(
            "x.sql:2:3: the expression atz::date, which is not immutable" + IMMUTABLE,
            "x.sql:3:3: the expression at::text, which is not immutable" + IMMUTABLE,
            "x.sql:5:3: the expression at > 'now', in which 'now' is the time of its reading"
                + IMMUTABLE,
            "x.sql:7:14: the expression atz > '2020-01-01'::timestamp, which is not immutable"
                + IMMUTABLE);
    assertThat(databases.problemsInSource("x", sql)).isEqualTo(expected);
    assertThat(databases.problems("x", sql)).containsAll(expected);
    assertThat(databases.problemsInSource("x", "SELECT id, to_char(at, 'YYYY') AS y FROM t"))
        .containsExactly(
            "x.sql:1:12: the stable function to_char; allowed are immutable functions, whose result depends on their"
                + " arguments and nothing else");
  }

  @Test
  void typesThatCannotBeCarried() {
    assertThat(databases.problems("plain", "SELECT id, price AS x, object AS m FROM t"))
        .containsExactly(
            "plain.sql:1:12: the column price of type money; money cannot be carried: its text depends on lc_monetary;"
                + " allowed is numeric",
            "plain.sql:1:24: the column object of type regclass; regclass cannot be carried: it names an object of the"
                + " source's catalog; allowed is text");
  }

  @Test
  void typesOfTheSourcesOwnThatTheWarehouseDoesNotHave() {
    assertThat(databases.problems("plain", "SELECT id, m, s::text AS x FROM t")).isEmpty();
    assertThat(databases.problems("plain", "SELECT id, m FROM t WHERE m > 'bad' AND s = 'dark'"))
        .containsExactly(
            "plain.sql:1:27: the column m of type mood, which the warehouse does not have with the same definition;"
                + " allowed without it are the plain column and <column>::text; for other expressions the warehouse"
                + " needs it: CREATE TYPE \"public\".\"mood\" AS ENUM ('bad', 'good')",
            "plain.sql:1:41: the column s of type shade, which the warehouse does not have with the same definition;"
                + " allowed without it are the plain column and <column>::text; for other expressions the warehouse"
                + " needs it: CREATE TYPE \"public\".\"shade\" AS ENUM ('dark', 'light')");
  }

  @Test
  void aConditionThatIsNone() {
    assertThat(databases.problems("plain", "SELECT id FROM t WHERE n"))
        .containsExactly(
            "plain.sql:1:24: a SELECT that the source refuses: argument of WHERE must be type boolean, not type numeric;"
                + " it must run in the source as it stands here");
  }

  @Test
  void leavesNothingBehindInEitherDatabase() throws SQLException {
    assertThat(databases.problems("plain", "SELECT id, upper(\"select\") AS x FROM t WHERE n > 1"))
        .isEmpty();
    for (Connection connection : List.of(databases.source(), databases.warehouse())) {
      assertThat(connection.getAutoCommit()).isTrue();
      try (var result =
          connection
              .createStatement()
              .executeQuery("SELECT count(*) FROM pg_class WHERE relname LIKE 'headrace%'")) {
        result.next();
        assertThat(result.getInt(1)).isZero();
      }
    }
  }
}
