package io.headrace.star;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every refusal that needs no database, with its whole message. */
class RefusalTest {

  private static final String SHAPE =
      "; allowed is one SELECT <columns and expressions> FROM <table> [[LEFT] JOIN <table> ON"
          + " <foreign key> = <primary key>]… [WHERE <condition>]";
  private static final String SCALAR =
      "; allowed are scalar expressions over the columns of the tables in FROM";
  private static final String IMMUTABLE =
      "; allowed are immutable functions, whose result depends on their arguments and nothing else";
  private static final String JOINS =
      "; allowed are JOIN, INNER JOIN, LEFT JOIN and LEFT OUTER JOIN of a table, each with ON or USING";
  private static final String TABLE = "; allowed is [<schema>.]<table> [[AS] <alias>]";
  private static final String CONDITION =
      "; allowed is <foreign key> = <primary key>, for a key of several columns several of these with AND";
  private static final String KEYS =
      "; allowed in join keys are smallint, integer and bigint on both sides, text and varchar on both"
          + " sides, or uuid";

  private static final FakeCatalog CATALOG =
      new FakeCatalog()
          .table("public", "course", "id integer key", "title text", "price money", "span interval")
          .table(
              "public", "stream", "id integer key", "course_id integer", "name text", "code text")
          .table(
              "public",
              "line",
              "order_id bigint key",
              "line_no integer key",
              "sku text",
              "amount integer",
              "note text",
              "feeling mood",
              "price numeric(12,2)",
              "twice integer (amount * 2)")
          .table("public", "orders", "id bigint key", "line_no integer", "title text")
          .table("public", "shelf", "order_id bigint key", "no integer key", "place text")
          .table("public", "keyless", "id integer")
          .table("public", "odd", "id interval key", "x text")
          .table("public", "made", "id integer (x+1)")
          .table("a", "b.c", "id integer key")
          .table("a.b", "c", "id integer key")
          .refused("public", "course_view", "a view");

  static Stream<Arguments> refusals() {
    return Stream.of(
        of("", "t.sql: no statement" + SHAPE),
        of("-- nothing\n", "t.sql: no statement" + SHAPE),
        of("SELECT id FROM course; SELECT 2", "t.sql:1:22: 2 statements" + SHAPE),
        of("DELETE FROM course", "t.sql:1:1: DELETE" + SHAPE),
        of("TABLE course", "t.sql:1:1: TABLE" + SHAPE),
        of("(SELECT id FROM course)", "t.sql:1:1: (" + SHAPE),
        of("SELCT id FROM course", "t.sql:1:1: \"SELCT\" where it cannot be read" + SHAPE),
        of(
            "SELECT id\nFROM course cross x",
            "t.sql:2:13: \"cross\" where it cannot be read" + SHAPE),
        of(
            "SELECT 'a\nFROM course",
            "t.sql:2:12: text that is not SQL: Encountered: <EOF> after prefix \"\\'a\\nFROM course\""
                + SHAPE),
        of("WITH x AS (SELECT 1) SELECT id FROM course", "t.sql:1:1: WITH" + SHAPE),
        of("SELECT id FROM course UNION SELECT id FROM stream", "t.sql:1:23: UNION" + SHAPE),
        of("SELECT DISTINCT id FROM course", "t.sql:1:8: SELECT DISTINCT" + SHAPE),
        of("SELECT ALL id FROM course", "t.sql:1:8: SELECT ALL" + SHAPE),
        of("SELECT id INTO x FROM course", "t.sql:1:11: INTO" + SHAPE),
        of("SELECT id FROM ONLY course", "t.sql:1:16: FROM ONLY" + SHAPE),
        of(
            "SELECT id FROM course\nGROUP BY id\nHAVING true\nORDER BY 1\nLIMIT 3\nOFFSET 2\nFOR UPDATE",
            "t.sql:2:1: GROUP BY" + SHAPE,
            "t.sql:3:1: HAVING" + SHAPE,
            "t.sql:4:1: ORDER BY" + SHAPE,
            "t.sql:5:1: LIMIT" + SHAPE,
            "t.sql:6:1: OFFSET" + SHAPE,
            "t.sql:7:1: FOR" + SHAPE),
        of("SELECT id FROM course WINDOW w AS (ORDER BY id)", "t.sql:1:23: WINDOW" + SHAPE),
        of("SELECT id FROM course FETCH FIRST 3 ROWS ONLY", "t.sql:1:23: FETCH" + SHAPE),
        of("SELECT 1", "t.sql:1:8: a SELECT without FROM; allowed after FROM is a table"),
        of(
            "SELECT id FROM (SELECT id FROM course) x",
            "t.sql:1:16: FROM (SELECT id FROM course) x; allowed after FROM is a table"),
        of("SELECT id FROM f(3)", "t.sql:1:16: FROM f(3); allowed after FROM is a table"),
        of("SELECT id FROM a.b.c", "t.sql:1:16: a.b.c" + TABLE),
        of(
            "SELECT id FROM course TABLESAMPLE SYSTEM (1)",
            "t.sql:1:16: course TABLESAMPLE SYSTEM (1)" + TABLE),
        of(
            "SELECT * FROM course",
            "t.sql:1:8: SELECT *; allowed are columns and expressions by name"),
        of(
            "SELECT id, c.* FROM course c",
            "t.sql:1:12: SELECT c.*; allowed are columns and expressions by name"),
        of(
            "SELECT id, (SELECT 1) AS x FROM course WHERE EXISTS (SELECT 2)",
            "t.sql:1:12: a subquery" + SCALAR,
            "t.sql:1:53: a subquery" + SCALAR),
        of(
            "SELECT id, row_number() OVER () AS n FROM course",
            "t.sql:1:12: the window function row_number" + IMMUTABLE,
            "t.sql:1:25: a window function" + SCALAR),
        of(
            "SELECT id, now() AS t\nFROM cours\nGROUP BY id",
            "t.sql:1:12: the stable function now" + IMMUTABLE,
            "t.sql:2:6: the table cours, which the source does not have; allowed are the source's tables;"
                + " did you mean course?",
            "t.sql:3:1: GROUP BY" + SHAPE),
        of(
            "SELECT c.title, random() AS r FROM course c CROSS JOIN stream s",
            "t.sql:1:17: the volatile function random" + IMMUTABLE,
            "t.sql:1:45: CROSS JOIN" + JOINS),
        of(
            "SELECT id FROM course WHERE title = ? AND id = :x",
            "t.sql:1:29: the placeholder ?" + SCALAR,
            "t.sql:1:29: the placeholder :x" + SCALAR),
        of("SELECT course.id FROM course, stream", "t.sql:1:29: a join by comma" + JOINS),
        of(
            "SELECT c.id FROM course c RIGHT JOIN stream s ON true",
            "t.sql:1:27: RIGHT JOIN" + JOINS),
        of(
            "SELECT c.id FROM course c FULL OUTER JOIN stream s ON true",
            "t.sql:1:27: FULL OUTER JOIN" + JOINS),
        of("SELECT c.id FROM course c CROSS JOIN stream s", "t.sql:1:27: CROSS JOIN" + JOINS),
        of("SELECT c.id FROM course c NATURAL JOIN stream s", "t.sql:1:27: NATURAL JOIN" + JOINS),
        of("SELECT c.id FROM course c JOIN stream s", "t.sql:1:32: a join without ON" + JOINS),
        of(
            "SELECT c.id FROM course c JOIN (SELECT 1) s ON true",
            "t.sql:1:32: (SELECT 1) s" + TABLE),
        of(
            "SELECT s.id FROM stream s JOIN course c ON c.id = s.course_id + 1",
            "t.sql:1:44: the join condition c.id = s.course_id + 1" + CONDITION),
        of(
            "SELECT s.id FROM stream s JOIN course c ON c.id = s.course_id OR true",
            "t.sql:1:44: the join condition c.id = s.course_id OR true" + CONDITION),
        of(
            "SELECT s.id FROM stream s JOIN course c ON c.title = s.name",
            "t.sql:1:44: a join on public.course (title); allowed is a join on its whole primary key, which is (id)"),
        of(
            "SELECT l.id FROM orders l JOIN shelf s ON s.order_id = l.id",
            "t.sql:1:43: a join on public.shelf (order_id); allowed is a join on its whole primary key, which is"
                + " (order_id, no)"),
        of(
            "SELECT s.id FROM stream s JOIN course c ON c.id = s.name",
            "t.sql:1:44: a join from name (text) to id (integer)" + KEYS),
        of(
            "SELECT s.id FROM stream s JOIN course c ON s.id = s.course_id",
            "t.sql:1:44: a join condition that does not compare a column of c with one of an earlier table; allowed"
                + " is <foreign key> = <primary key of public.course>"),
        of(
            "SELECT s.id FROM stream s JOIN course c ON c.id = s.course_id AND c.id = s.id",
            "t.sql:1:67: a second condition on id; allowed is one per column of the key"),
        of(
            "SELECT o.id FROM orders o JOIN course c ON c.id = o.id"
                + " JOIN shelf s ON s.order_id = o.id AND s.no = c.id",
            "t.sql:1:94: a join from columns of o and of c; allowed is a foreign key of one table"),
        of(
            "SELECT order_id, line_no FROM line JOIN course ON course.id = line.twice",
            "t.sql:1:51: a join from twice, which is generated; allowed are foreign keys that the table holds itself"),
        of(
            "SELECT s.id FROM stream s JOIN course c USING (course_id)",
            "t.sql:1:48: the column course_id, which public.course does not have; allowed in USING are columns of both"
                + " tables"),
        of(
            "SELECT id FROM cours",
            "t.sql:1:16: the table cours, which the source does not have; allowed are the source's tables; did you"
                + " mean course?"),
        of(
            "SELECT id FROM nosuch.thing",
            "t.sql:1:16: the table nosuch.thing, which the source does not have; allowed are the source's tables"),
        of(
            "SELECT id FROM course_view",
            "t.sql:1:16: public.course_view, which is a view; allowed are plain tables"),
        of(
            "SELECT id FROM keyless",
            "t.sql:1:16: the table public.keyless, which has no primary key; allowed are tables with one:"
                + " ALTER TABLE \"public\".\"keyless\" ADD PRIMARY KEY (…)"),
        of(
            "SELECT id FROM odd",
            "t.sql:1:16: the table public.odd, whose primary key column id is of type interval; allowed are keys of"
                + " integer, text, uuid, date and other types whose equal values are written the same"),
        of(
            "SELECT id, titel FROM course",
            "t.sql:1:12: the column titel, which no table in FROM has; allowed are id, title, price, span; did you"
                + " mean title?"),
        of(
            "SELECT c.id, c.name FROM course c",
            "t.sql:1:14: the column name, which public.course does not have; allowed are its columns id, title,"
                + " price, span"),
        of(
            "SELECT course.id FROM course c",
            "t.sql:1:8: the column course.id, but FROM has no table course; allowed are c",
            "t.sql:1:8: a select list without id, the primary key of public.course; the base table's whole key"
                + " must be selected, as plain columns: it is the target's key"),
        of(
            "SELECT s.id, id AS x FROM stream s JOIN course c ON c.id = s.course_id",
            "t.sql:1:14: the column id, which 2 tables in FROM have; write s.id or c.id"),
        of(
            "SELECT s.id FROM stream s JOIN course s ON s.id = s.course_id",
            "t.sql:1:32: a second table called s; give each table an alias of its own"),
        of(
            "SELECT id, upper(title) FROM course",
            "t.sql:1:12: the expression upper(title) without a name; allowed is <expression> AS <column of the"
                + " target>"),
        of(
            "SELECT id, title AS id FROM course",
            "t.sql:1:12: a second column id; allowed is one expression per column of the target; give it another"
                + " name with AS"),
        of(
            "SELECT order_id, note FROM line",
            "t.sql:1:8: a select list without line_no, the primary key of public.line; the base table's whole key"
                + " must be selected, as plain columns: it is the target's key"),
        of(
            "SELECT id + 0 AS id FROM course",
            "t.sql:1:8: a select list without id, the primary key of public.course; the base table's whole key"
                + " must be selected, as plain columns: it is the target's key"),
        of(
            "SELECT id, price FROM course",
            "t.sql:1:12: the column price of type money; money cannot be carried"),
        of(
            "SELECT id, count(*) AS n FROM course",
            "t.sql:1:12: the aggregate function count" + IMMUTABLE),
        of(
            "SELECT id, row_number() AS n FROM course",
            "t.sql:1:12: the window function row_number" + IMMUTABLE),
        of(
            "SELECT id, unnest(title) AS n FROM course",
            "t.sql:1:12: the function unnest, which returns a set of rows" + IMMUTABLE),
        of(
            "SELECT id, pg_catalog.now() AS n FROM course WHERE random() < 1 AND current_date > '2020-01-01'"
                + " AND user = 'x'",
            "t.sql:1:12: the stable function now" + IMMUTABLE,
            "t.sql:1:52: the volatile function random" + IMMUTABLE,
            "t.sql:1:69: the stable current_date" + IMMUTABLE,
            "t.sql:1:101: the stable user" + IMMUTABLE),
        of(
            "SELECT x.id FROM a.\"b.c\" x JOIN \"a.b\".c y ON y.id = x.id",
            "t.sql:1:33: the tables \"a.b\".\"c\" and \"a\".\"b.c\", whose topics would have the same name; allowed in"
                + " one star are tables whose names differ in more than what a topic's name cannot hold"));
  }

  private static Arguments of(String sql, String... problems) {
    return Arguments.of(sql, List.of(problems));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusesWithItsWholeMessage(String sql, List<String> problems) {
    assertThat(refusals(new StarFile(Path.of("t.sql"), "t", sql))).isEqualTo(problems);
  }

  @Test
  void tellsTheProblemsOfAllFilesAtOnceInTheOrderOfTheirPlaces() {
    List<String> problems =
        refusals(
            new StarFile(Path.of("b.sql"), "b", "SELECT id,\n  nam\nFROM stream LIMIT 1"),
            new StarFile(Path.of("a.sql"), "a", "SELECT id FROM nothing_like_it"),
            new StarFile(Path.of("c.sql"), "c", "SELECT id,\n  nam\nFROM stream"));
    assertThat(problems)
        .containsExactly(
            "a.sql:1:16: the table nothing_like_it, which the source does not have; allowed are the source's tables",
            "b.sql:2:3: the column nam, which no table in FROM has; allowed are id, course_id, name, code; did you"
                + " mean name?",
            "b.sql:3:13: LIMIT" + SHAPE,
            "c.sql:2:3: the column nam, which no table in FROM has; allowed are id, course_id, name, code; did you"
                + " mean name?");
  }

  private static List<String> refusals(StarFile... files) {
    Problems problems = new Problems();
    StarCompiler.bind(List.of(files), CATALOG, problems);
    try {
      problems.throwIfAny();
      return List.of();
    } catch (StarRefusedException e) {
      assertThat(e)
          .hasMessage(String.join("\n", e.problems().stream().map(StarProblem::toString).toList()));
      return e.problems().stream().map(StarProblem::toString).toList();
    }
  }
}
