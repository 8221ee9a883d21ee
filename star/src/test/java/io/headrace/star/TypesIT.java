package io.headrace.star;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.star.DataType.Family;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Types on their way from the source's catalog over the stage into the target. */
class TypesIT {

  private static final String BUILT_IN =
      """
      CREATE TABLE %s (
        id integer PRIMARY KEY, a smallint, b bigint, c numeric, d numeric(10,2), e real, f double precision, g boolean,
        h character(5), i varchar(20), j text, k date, l time(3), m timetz, n timestamp, o timestamptz(0), p interval,
        q uuid, r json, s jsonb, t bytea, u integer[], v text[], w inet, x cidr, y macaddr, z int4range,
        aa tstzmultirange, ab bit(3), ac bit varying(5), ad point, ae tsvector, af xml, ag "char", ah name, ai oid,
        aj numeric(6,2)[], ak varchar, al timestamp(0)
      )""";

  @Test
  void carriesPostgresOwnTypesUnderTheirOwnNames() throws Exception {
    try (Databases databases =
        Databases.open(BUILT_IN.formatted("everything"), BUILT_IN.formatted("target"))) {
      Databases.run(
          databases.source(),
          """
          INSERT INTO everything VALUES (1, -32768, 9223372036854775807, 1e100, 12345678.90, 'NaN', '-Infinity', true,
            'ab', 'čau', E'tab\\t\\nnewline \\\\N ', '0044-03-15 BC', '23:59:59.999', '12:00+05:30', 'infinity',
            '-infinity', '1 mon -3 days 04:05:06.7', '00000000-0000-4000-8000-000000000001', '{"b": 1, "a":  2}',
            '{"b": 1.50, "a": null}', '\\x00ff5c09', '{{1,NULL},{3,4}}', '{"a b",NULL,"","NULL","q\\""}', '10.0.0.1/8',
            '10.0.0.0/8', '08:00:2b:01:02:03', '[1,5)', '{[2020-01-01,2020-02-01)}', B'101', B'01', '(1.5,-2)',
            'a:1 b:2', '<a>1</a>', 'x', 'some_name', 4294967295, '{1.10,NULL}', 'unbounded', '2020-01-01 00:00:01');
          INSERT INTO everything (id) VALUES (2)
          """);
      StarFile file = Databases.file("target", "SELECT " + columns() + " FROM everything");
      Star star = StagedRows.assertEqual(List.of(file), databases.source(), databases.warehouse());
      Map<String, DataType> types =
          star.sources().get(0).columns().stream()
              .collect(Collectors.toMap(Column::name, Column::type));
      assertThat(types)
          .containsEntry("d", new DataType("numeric(10,2)", Family.TEXT))
          .containsEntry("f", new DataType("double precision", Family.NUMBER))
          .containsEntry("g", new DataType("boolean", Family.BOOLEAN))
          .containsEntry("h", new DataType("character(5)", Family.TEXT))
          .containsEntry("i", new DataType("character varying(20)", Family.TEXT))
          .containsEntry("o", new DataType("timestamp(0) with time zone", Family.TEXT))
          .containsEntry("t", new DataType("bytea", Family.BYTES))
          .containsEntry("u", new DataType("integer[]", Family.TEXT))
          .containsEntry("ag", new DataType("\"char\"", Family.TEXT))
          .containsEntry("ai", new DataType("oid", Family.NUMBER))
          .containsEntry("aj", new DataType("numeric(6,2)[]", Family.TEXT));
    }
  }

  private static String columns() {
    return "id, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac, ad, ae, af, ag,"
        + " ah, ai, aj, ak, al";
  }

  @Test
  void takesDomainsForTheirBaseTypesHoweverDeep() throws Exception {
    try (Databases databases =
        Databases.open(
            """
            CREATE DOMAIN short AS varchar(3);
            CREATE DOMAIN code AS short NOT NULL CHECK (VALUE <> '');
            CREATE DOMAIN numbers AS integer[];
            CREATE TABLE t (id code PRIMARY KEY, a code, b numbers, c code[], other code REFERENCES t);
            INSERT INTO t VALUES ('a', 'abc', '{1,2}', '{x,y}', 'a')
            """,
            "CREATE DOMAIN d AS varchar(4); CREATE TABLE x (id varchar(3) PRIMARY KEY, a d, b integer[], c varchar(3)[], o text)")) {
      StarFile file =
          Databases.file(
              "x",
              "SELECT t.id, t.a, t.b, t.c, o.id || '!' AS o FROM t LEFT JOIN t AS o ON o.id = t.other");
      Star star = StagedRows.assertEqual(List.of(file), databases.source(), databases.warehouse());
      assertThat(star.sources().get(0).columns())
          .extracting(column -> column.type().sql())
          .containsExactly(
              "character varying(3)",
              "character varying(3)",
              "integer[]",
              "character varying(3)[]",
              "character varying(3)");
    }
  }

  @Test
  void carriesTheSourcesOwnTypesAsTextAndGivesThemBackWhereTheWarehouseHasThem() throws Exception {
    String types =
        """
        CREATE TYPE mood AS ENUM ('bad', 'good');
        CREATE TYPE pair AS (a integer, b text);
        CREATE TYPE span AS RANGE (SUBTYPE = float8);
        """;
    try (Databases databases =
        Databases.open(
            types
                + """
                CREATE TYPE only_here AS ENUM ('x', 'y');
                CREATE TABLE t (id integer PRIMARY KEY, m mood, p pair, s span, ms mood[], o only_here, os only_here[]);
                INSERT INTO t VALUES (1, 'good', '(1,"a,b")', '[1,2)', '{bad,NULL}', 'y', '{x}');
                INSERT INTO t (id) VALUES (2)
                """,
            types.replace("'bad', 'good'", "'bad', 'so so', 'good'")
                + "CREATE TABLE x (id integer PRIMARY KEY, m mood, p pair, s span, ms mood[], o text, os text, t text,"
                + " best boolean, a integer)")) {
      StarFile file =
          Databases.file(
              "x",
              "SELECT id, m, p, s, ms, o, os, o::text AS t, m > 'bad' AS best, (p).a AS a FROM t");
      Star star = StagedRows.assertEqual(List.of(file), databases.source(), databases.warehouse());
      assertThat(star.sources().get(0).columns())
          .extracting(c -> c.type().sql())
          .containsExactly("integer", "text", "text", "text", "text", "text", "text");
    }
  }

  @Test
  void computesGeneratedColumnsStoredAndVirtualAlsoOfRowsThatAJoinDoesNotFind() throws Exception {
    try (Databases databases =
        Databases.open(
            """
            CREATE TABLE p (
              id integer PRIMARY KEY, a numeric, b text,
              n numeric(10,2) GENERATED ALWAYS AS (coalesce(a, 0) * 1.005) STORED,
              v text GENERATED ALWAYS AS (coalesce(b, '') || '!') VIRTUAL);
            CREATE TABLE c (id integer PRIMARY KEY, p_id integer);
            INSERT INTO p (id, a, b) VALUES (1, 10.123, 'x'), (2, NULL, NULL);
            INSERT INTO c VALUES (1, 1), (2, 2), (3, NULL), (4, 9)
            """,
            "CREATE TABLE x (id integer PRIMARY KEY, n numeric(10,2), v text)")) {
      StarFile file =
          Databases.file(
              "x",
              "SELECT c.id, p.n, p.v FROM c LEFT JOIN p ON p.id = c.p_id WHERE n IS NULL OR n >= 0");
      Star star = StagedRows.assertEqual(List.of(file), databases.source(), databases.warehouse());
      assertThat(star.sources().get(1).columns())
          .extracting(Column::name)
          .containsExactly("id", "a", "b");
    }
  }

  @Test
  void tellsWhatRowsHoldThatAreOlderThanAColumn() throws Exception {
    try (Databases databases =
        Databases.open(
            """
            CREATE TABLE t (id integer PRIMARY KEY);
            INSERT INTO t VALUES (1);
            ALTER TABLE t ADD COLUMN a text, ADD COLUMN b text DEFAULT 'x,y', ADD COLUMN c integer[] NOT NULL DEFAULT '{1,2}',
              ADD COLUMN d boolean DEFAULT true, ADD COLUMN e bytea DEFAULT '\\x01';
            ALTER TABLE t ADD COLUMN f double precision DEFAULT random();
            """,
            "CREATE TABLE x (id integer PRIMARY KEY, a text, b text, c integer[], d boolean, e bytea, f double precision)")) {
      StarFile file = Databases.file("x", "SELECT id, a, b, c, d, e, f FROM t");
      Star star = StarCompiler.compile(List.of(file), databases.source(), databases.warehouse());
      Map<String, Column> columns =
          star.sources().get(0).columns().stream()
              .collect(Collectors.toMap(Column::name, Function.identity()));
      assertThat(columns.get("a").absent()).isEqualTo(Column.Absent.NULL);
      assertThat(columns.get("f").absent()).isEqualTo(Column.Absent.UNKNOWN);
    }
  }
}
