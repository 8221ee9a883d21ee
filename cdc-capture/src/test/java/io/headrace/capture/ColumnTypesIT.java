package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.testing.TestServers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Each value of each type reads back as exactly itself, and is the same JSON in snapshot, INSERT
 * and UPDATE.
 */
class ColumnTypesIT {

  /** A type, and values of it as SQL literals. */
  private static final Map<String, List<String>> VALUES = new TreeMap<>();

  static {
    VALUES.put("smallint", List.of("-32768", "32767"));
    VALUES.put("integer", List.of("-2147483648", "0"));
    VALUES.put("bigint", List.of("-9223372036854775808", "9223372036854775807"));
    VALUES.put("oid", List.of("4294967295"));
    VALUES.put(
        "real",
        List.of(
            "1.17549435e-38", "3.4028235e38", "NaN", "Infinity", "-Infinity", "-0", "0.1", "1e20"));
    VALUES.put(
        "double precision",
        List.of(
            "2.2250738585072014e-308",
            "1.7976931348623157e308",
            "NaN",
            "Infinity",
            "-Infinity",
            "-0",
            "0.1"));
    VALUES.put(
        "numeric",
        List.of(
            "NaN",
            "Infinity",
            "-Infinity",
            "0.00",
            "1" + "0".repeat(2000) + "." + "9".repeat(2000),
            "-1e-300"));
    VALUES.put("numeric(10,2)", List.of("12345678.90", "-0.01", "NaN"));
    VALUES.put("boolean", List.of("t", "f"));
    VALUES.put("char(5)", List.of("ab", ""));
    VALUES.put("\"char\"", List.of("x"));
    VALUES.put("varchar(300)", List.of("", "x"));
    VALUES.put("name", List.of("a name"));
    VALUES.put(
        "text",
        List.of(
            "",
            "\\N",
            "\\.",
            "tab\tnewline\nreturn\rquote\"back\\slash\u0001\u001f",
            "ü€😀\u2028",
            "null",
            "long ".repeat(20_000)));
    VALUES.put(
        "date",
        List.of(
            "infinity", "-infinity", "4713-01-01 BC", "5874897-12-31", "0001-01-01", "2024-02-29"));
    VALUES.put("time", List.of("00:00:00", "24:00:00", "12:34:56.123456"));
    VALUES.put("timetz", List.of("24:00:00+15:59", "12:34:56.123456-03:30", "00:00:00+00"));
    VALUES.put(
        "timestamp",
        List.of(
            "infinity",
            "-infinity",
            "4713-01-01 00:00:00.000001 BC",
            "294276-12-31 23:59:59.999999",
            "2024-02-29 12:00:00.1"));
    VALUES.put("timestamp(0)", List.of("2024-02-29 12:00:01"));
    VALUES.put(
        "timestamptz",
        List.of(
            "infinity",
            "-infinity",
            "4713-01-02 00:00:00.000001+00 BC",
            "294276-12-31 23:59:59.999999+00",
            "1883-11-18 12:00:00.5-07:52:58"));
    VALUES.put(
        "interval",
        List.of(
            "infinity",
            "-infinity",
            "-178000000 years",
            "1 year -2 mons +3 days -04:05:06.789012",
            "0",
            "2562047788:00:54.775807"));
    VALUES.put("uuid", List.of("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"));
    VALUES.put("json", List.of("{ \"b\" : 1.0,  \"a\":[null] , \"b\":2}", "\"\\u00fc\""));
    VALUES.put("jsonb", List.of("{\"b\": 1.00, \"a\": [null, {}], \"é\": 1e100}"));
    VALUES.put("xml", List.of("<a b=\"c\">d</a>"));
    VALUES.put("bytea", List.of("\\x", "\\x00ff10deadbeef", "\\x" + "00ff".repeat(30_000)));
    VALUES.put("bit(3)", List.of("101"));
    VALUES.put("bit(1)", List.of("1"));
    VALUES.put("varbit", List.of("", "10101"));
    VALUES.put("inet", List.of("192.168.1.5/24", "::1", "10.0.0.1"));
    VALUES.put("cidr", List.of("192.168.1.0/24", "2001:4f8:3:ba::/64"));
    VALUES.put("macaddr", List.of("08:00:2b:01:02:03"));
    VALUES.put("macaddr8", List.of("08:00:2b:01:02:03:04:05"));
    VALUES.put("money", List.of("-92233720368547758.08", "1234.56"));
    VALUES.put("point", List.of("(0.1,-1e300)"));
    VALUES.put("box", List.of("(2,2),(0.1,0.2)"));
    VALUES.put("path", List.of("[(0,0),(1,1.5)]", "((0,0),(1,1))"));
    VALUES.put("polygon", List.of("((0,0),(1,1),(1,0))"));
    VALUES.put("circle", List.of("<(0.1,0.2),3>"));
    VALUES.put("line", List.of("{1,-2,3}"));
    VALUES.put("lseg", List.of("[(0,0),(1,1)]"));
    VALUES.put("tsvector", List.of("'a':1A 'fat':2B,4C 'it''s'"));
    VALUES.put("tsquery", List.of("'fat' & !'rat':AB"));
    VALUES.put("pg_lsn", List.of("16/B374D848"));
    VALUES.put("int4range", List.of("empty", "[1,5)", "(,)"));
    VALUES.put("int8range", List.of("[1,9223372036854775807)"));
    VALUES.put("numrange", List.of("(0.10,2.50]"));
    VALUES.put("daterange", List.of("[2024-01-01,infinity)"));
    VALUES.put("tsrange", List.of("[\"2024-01-01 00:00:00.000001\",infinity]"));
    VALUES.put("tstzrange", List.of("[\"2024-01-01 00:00:00+00\",)"));
    VALUES.put("int4multirange", List.of("{[1,5),[7,9)}", "{}"));
    VALUES.put("integer[]", List.of("{}", "{1,NULL,3}", "[-1:0][2:3]={{1,2},{3,4}}"));
    VALUES.put(
        "text[]",
        List.of("{\"\",\"a,b\",NULL,\"NULL\",\"q\\\"\\\\\",\"new\nline\"}", "{{a,b},{c,d}}"));
    VALUES.put("bytea[]", List.of("{\"\\\\x00ff\"}"));
    VALUES.put(
        "timestamptz[]",
        List.of("{\"2024-01-01 00:00:00.000001+00\",infinity,\"4713-01-02 00:00:00+00 BC\"}"));
    VALUES.put("numeric[]", List.of("{NaN,0.00}"));
    VALUES.put("jsonb[]", List.of("{\"{\\\"a\\\": 1}\"}"));
    VALUES.put("boolean[]", List.of("{t,f,NULL}"));
    VALUES.put("mood", List.of("so, so", "happy"));
    VALUES.put("mood[]", List.of("{happy,\"so, so\"}"));
    VALUES.put("positive", List.of("5"));
    VALUES.put("label", List.of("a label"));
    VALUES.put("flag", List.of("t"));
    VALUES.put("label[]", List.of("{a,b}"));
    VALUES.put("pair", List.of("(1,\"a \"\"b\")", "(,)"));
    VALUES.put("textrange", List.of("[\"a,b\",c)"));
    VALUES.put("other.\"Odd Type\"", List.of("X y"));
    VALUES.put("regclass", List.of("pg_class"));
    VALUES.put("xid", List.of("4294967295"));
    VALUES.put("jsonpath", List.of("$.\"a\"[*]"));
  }

  private final String prefix = TestServers.uniqueName("types");

  @Test
  void everyValueReadsBackAsItself() {
    Source source = source();
    List<String> columns = new ArrayList<>(VALUES.keySet());
    int rows = VALUES.values().stream().mapToInt(List::size).max().orElseThrow();
    for (int row = 0; row < rows; row++) {
      source.run(insert("t", row, columns));
    }
    source.run("INSERT INTO t (id) VALUES (1000)");
    // Not one byte may depend on where this process is.
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star("t"))) {
      run.awaitCaught(source);
      source.run("INSERT INTO t SELECT id + 2000, " + names(columns) + " FROM t");
      source.run("UPDATE t SET id = id WHERE id < 2000");
      run.awaitCaught(source);
    } finally {
      TimeZone.setDefault(before);
    }
    TreeMap<String, List<String>> expected = source.rows("t");
    String bytes = "c" + columns.indexOf("bytea");
    Map<String, Map<String, String>> snapshot = new TreeMap<>();
    int compared = 0;
    for (Captured.Change change : Captured.read(prefix, "t").changes("t")) {
      String id = change.after().get("id");
      assertThat(named(columns, hex(change.after(), bytes)))
          .as("row %s of operation %s", id, change.op())
          .isEqualTo(named(columns, expected.get(id)));
      compared++;
      if (change.op().equals("r")) {
        snapshot.put(id, change.after());
      } else if (change.op().equals("u")) {
        assertThat(change.after()).isEqualTo(snapshot.get(id));
        assertThat(change.before()).isEqualTo(snapshot.get(id));
      }
    }
    assertThat(compared).isEqualTo(3 * (rows + 1));
  }

  @Test
  void everyTypeMayBeAKey() {
    Source source = source();
    List<String> columns =
        VALUES.keySet().stream()
            .filter(
                type ->
                    !Set.of(
                            "json",
                            "xml",
                            "point",
                            "box",
                            "path",
                            "polygon",
                            "circle",
                            "line",
                            "lseg",
                            "jsonpath",
                            "text",
                            "bytea",
                            "numeric",
                            "xid")
                        .contains(type))
            .toList();
    List<String> tables = new ArrayList<>();
    for (String type : columns) {
      String table = "k" + tables.size();
      tables.add(table);
      source.run(
          "CREATE TABLE " + table + " (k " + type + " PRIMARY KEY)",
          "ALTER TABLE " + table + " REPLICA IDENTITY FULL");
      for (String value : VALUES.get(type)) {
        source.run(
            "INSERT INTO "
                + table
                + " VALUES ("
                + literal(value)
                + "::"
                + type
                + ") ON CONFLICT DO NOTHING");
      }
    }
    String[] names = tables.toArray(String[]::new);
    try (CaptureRun run = CaptureRun.start(source, prefix, source.star(names))) {
      run.awaitCaught(source);
      // A DELETE must find the key that the snapshot wrote.
      for (String table : tables) {
        source.run("DELETE FROM " + table);
      }
      run.awaitCaught(source);
    }
    Captured captured = Captured.read(prefix, names);
    for (String table : tables) {
      assertThat(captured.changes(table)).as(table).isNotEmpty();
      assertThat(captured.rows(table)).as(columns.get(tables.indexOf(table))).isEmpty();
    }
  }

  private static Source source() {
    Source source =
        new Source(
            "CREATE TYPE mood AS ENUM ('so, so', 'happy')",
            "CREATE DOMAIN positive AS integer CHECK (value > 0)",
            "CREATE DOMAIN short AS varchar(20)",
            "CREATE DOMAIN label AS short",
            "CREATE DOMAIN flag AS boolean",
            "CREATE TYPE pair AS (a integer, b text)",
            "CREATE TYPE textrange AS RANGE (subtype = text)",
            "CREATE SCHEMA other",
            "CREATE DOMAIN other.\"Odd Type\" AS text");
    StringBuilder create = new StringBuilder("CREATE TABLE t (id int PRIMARY KEY");
    int at = 0;
    for (String type : VALUES.keySet()) {
      create.append(", c").append(at++).append(' ').append(type);
    }
    source.run(
        create.append(", g int GENERATED ALWAYS AS (id * 2) STORED)").toString(),
        "ALTER TABLE t REPLICA IDENTITY FULL");
    // Sessions of this role would write other texts than ours do.
    source.run(
        "ALTER DATABASE \"" + source.database().name() + "\" SET IntervalStyle = 'iso_8601'",
        "ALTER DATABASE \"" + source.database().name() + "\" SET bytea_output = 'escape'",
        "ALTER DATABASE \"" + source.database().name() + "\" SET extra_float_digits = -5");
    return source;
  }

  private static String insert(String table, int row, List<String> types) {
    StringBuilder sql =
        new StringBuilder("INSERT INTO " + table + " (id, " + names(types) + ") VALUES (" + row);
    for (String type : types) {
      List<String> values = VALUES.get(type);
      sql.append(", ")
          .append(row < values.size() ? literal(values.get(row)) + "::" + type : "NULL");
    }
    return sql.append(')').toString();
  }

  private static String names(List<String> types) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      names.add("c" + i);
    }
    return String.join(", ", names);
  }

  private static String literal(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  private static List<String> named(List<String> types, List<String> values) {
    List<String> named = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      named.add((i == 0 || i > types.size() ? "id" : types.get(i - 1)) + " " + values.get(i));
    }
    return named;
  }

  private static List<String> hex(Map<String, String> row, String bytes) {
    List<String> texts = new ArrayList<>();
    row.forEach(
        (column, text) ->
            texts.add(
                column.equals(bytes) && text != null
                    ? "\\x" + HexFormat.of().formatHex(Base64.getDecoder().decode(text))
                    : text));
    return texts;
  }
}
