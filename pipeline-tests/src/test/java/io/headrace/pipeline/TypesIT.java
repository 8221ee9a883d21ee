package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every type that people use, in its extremes, on all three ways: first load, INSERT, UPDATE. */
class TypesIT {

  private static final Duration WITHIN = Duration.ofSeconds(60);

  private static final String OWN_TYPES =
      """
      CREATE TYPE mood AS ENUM ('sad', 'o''k', 'very happy');
      CREATE DOMAIN percent AS numeric(5,2) CHECK (VALUE BETWEEN 0 AND 100);
      CREATE DOMAIN words AS text[];
      """;

  /** A type and values of it, as SQL literals between bars; NULL comes by itself. */
  private static final List<List<String>> TYPES =
      List.of(
          List.of("smallint", "-32768|32767|0"),
          List.of("integer", "-2147483648|2147483647|0"),
          List.of("bigint", "-9223372036854775808|9223372036854775807|9007199254740993"),
          List.of(
              "numeric",
              "'NaN'|'Infinity'|'-Infinity'|1.0|1.00|-0.000|1e-100|repeat('9', 2000)::numeric / 7"),
          List.of("numeric(10,2)", "0.1|99999999.99|-0.01|1|0"),
          List.of("real", "'NaN'|'Infinity'|'-Infinity'|'-0'|0.1|3.4028235e38|1e-45"),
          List.of(
              "double precision",
              "'NaN'|'Infinity'|'-Infinity'|'-0'|0.1|1.7976931348623157e308|5e-324|0.30000000000000004"),
          List.of("boolean", "true|false"),
          List.of("char(6)", "''|'a'|'ab  '|'äöü'|'abcdef'"),
          List.of("\"char\"", "'a'|''|'\\'"),
          List.of("varchar(20)", "''|' '|'trailing '|'NULL'|'\\N'|'\\.'|E'tab\\tnewline\\ncr\\r'"),
          List.of(
              "text",
              "''|'日本語'|'👩‍👩‍👧‍👦'|U&'e\\0301'|U&'\\FFFF'|U&'\\0001\\001F\\007F'|'__debezium_unavailable_value'|repeat('ab\\', 50000)|'\"'|'\\'"),
          List.of("name", "'a name'|''"),
          List.of(
              "date",
              "'infinity'|'-infinity'|'0044-03-15 BC'|'2024-02-29'|'5874897-12-31'|'1582-10-10'"),
          List.of("time", "'00:00'|'24:00:00'|'23:59:59.999999'|'12:00:00.1'"),
          List.of("time(0)", "'12:30:15'"),
          List.of("time with time zone", "'00:00+00'|'24:00:00-15:59'|'23:59:59.999999+05:30'"),
          List.of(
              "timestamp",
              "'infinity'|'-infinity'|'0044-03-15 12:00:00.000001 BC'|'2024-02-29 23:59:59.999999'|'294276-12-31 23:59:59.999999'|'4713-01-01 00:00:00 BC'|'1582-10-10 00:00'"),
          List.of("timestamp(0)", "'2024-02-29 23:59:59.9'"),
          List.of("timestamp(3)", "'2024-02-29 23:59:59.9994'"),
          List.of(
              "timestamptz",
              "'infinity'|'-infinity'|'0044-03-15 12:00:00.000001+00 BC'|'2024-02-29 23:59:59.999999+05:30'|'1883-11-18 12:03:58-04:56:02'"),
          List.of(
              "interval",
              "'1 year -2 mons 3 days -04:05:06.789012'|'0'|'-178000000 years'|'infinity'|'-infinity'"),
          List.of("interval day to second(3)", "'1 day 2.3456 seconds'"),
          List.of(
              "uuid",
              "'00000000-0000-0000-0000-000000000000'|'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
          List.of(
              "json",
              "'{\"b\": 1,   \"a\": [1.0, 1.00, null], \"a\": 2}'|'null'|'\"\\u00e9\\n\"'|' 1 '"),
          List.of(
              "jsonb",
              "'{\"b\": 1, \"a\": [1.0, 1.00, null, 1e400]}'|'null'|'\"\"'|to_jsonb(repeat('x\"', 50000))"),
          List.of("bytea", "''|'\\x00'|'\\xdeadbeef00ff5c'|decode(repeat('00ff', 50000), 'hex')"),
          List.of("integer[]", "'{}'|'{1,NULL,3}'|'{{1,2},{3,4}}'|'[0:1]={5,6}'"),
          List.of(
              "text[]",
              "'{}'|'{\"\",NULL,\"NULL\",\"a,b\",\"q\\\"q\",\"b\\\\b\",\"日本\"}'|'{{a,b},{c,d}}'"),
          List.of("numeric(8,3)[]", "'{1.5,NaN,NULL}'"),
          List.of("timestamptz[]", "'{infinity,\"2024-02-29 23:59:59.999999+00\"}'"),
          List.of("jsonb[]", "ARRAY['{\"a\": 1}'::jsonb, 'null']"),
          List.of("bytea[]", "ARRAY['\\x00ff'::bytea, '']"),
          List.of("boolean[]", "'{t,f,NULL}'"),
          List.of("mood", "'sad'|'o''k'|'very happy'"),
          List.of("mood[]", "'{sad,\"very happy\",NULL}'"),
          List.of("percent", "0|99.99|100"),
          List.of("words", "'{a,b}'"),
          List.of("inet", "'192.168.0.1'|'192.168.0.1/24'|'::1'|'2001:db8::/32'"),
          List.of("cidr", "'10.0.0.0/8'|'2001:db8::/32'"),
          List.of("macaddr", "'08:00:2b:01:02:03'"),
          List.of("macaddr8", "'08:00:2b:01:02:03:04:05'"),
          List.of("int4range", "'empty'|'[1,10)'|'(,)'|'[5,]'"),
          List.of("int8range", "'[1,10)'"),
          List.of("numrange", "'[1.0,1.00]'|'(,2.5)'"),
          List.of("daterange", "'[2024-01-01,2024-02-01)'|'[-infinity,infinity]'"),
          List.of("tsrange", "'[\"2024-01-01 00:00:00.000001\",\"infinity\")'"),
          List.of("tstzrange", "'[\"2024-01-01 00:00+02\",)'"),
          List.of("int4multirange", "'{}'|'{[1,3),[5,8)}'"),
          List.of("bit(5)", "B'10101'"),
          List.of("bit varying", "B''|B'1'|B'0101010101'"),
          List.of("xml", "'<a b=\"c\">d</a>'"),
          List.of("tsvector", "'a:1 b:2A ''c d'':3'"),
          List.of("tsquery", "'a & !b'"),
          List.of("point", "'(1.5,-0)'"),
          List.of("box", "'(1,1),(0,0)'"),
          List.of("polygon", "'((0,0),(1,1),(1,0))'"),
          List.of("oid", "0|4294967295"),
          List.of("pg_lsn", "'16/B374D848'"));

  private static String columns() {
    return IntStream.range(0, TYPES.size())
        .mapToObj(i -> "v" + i + " " + TYPES.get(i).get(0))
        .collect(Collectors.joining(", "));
  }

  private static StarFolder folder() {
    String generated = ", wide integer GENERATED ALWAYS AS (v1 % 10) STORED";
    String names =
        IntStream.range(0, TYPES.size()).mapToObj(i -> "v" + i).collect(Collectors.joining(", "));
    return StarFolder.create()
        .source(
            OWN_TYPES
                + "CREATE TABLE everything (id integer PRIMARY KEY, "
                + columns()
                + generated
                + ");"
                + "ALTER TABLE everything REPLICA IDENTITY FULL;"
                // A virtual column and REPLICA IDENTITY FULL do not go together in PostgreSQL.
                + "CREATE TABLE counted (id integer PRIMARY KEY, n integer, twice integer GENERATED ALWAYS AS (n * 2) VIRTUAL);"
                + "INSERT INTO counted VALUES (1, 1), (2, NULL);"
                + String.join(";", rows(0)))
        .select("d_everything", "SELECT id, " + names + ", wide, v1 + 0.5 AS sum FROM everything")
        .select("d_counted", "SELECT id, n, twice, twice + 1 AS more FROM counted")
        .warehouse(
            1,
            OWN_TYPES
                + "CREATE TABLE d_counted (id integer PRIMARY KEY, n integer, twice integer, more integer);"
                + "CREATE TABLE d_everything (id integer PRIMARY KEY, "
                + columns()
                + ", wide integer, sum numeric)");
  }

  /**
   * One INSERT a row; each row holds of every type the value whose turn it is, or NULL when there
   * are no more.
   */
  private static List<String> rows(int firstId) {
    int longest = TYPES.stream().mapToInt(type -> values(type).size()).max().orElse(0);
    List<String> inserts = new ArrayList<>();
    for (int turn = 0; turn <= longest; turn++) {
      inserts.add("INSERT INTO everything VALUES (" + (firstId + turn) + ", " + row(turn) + ")");
    }
    return inserts;
  }

  private static String row(int turn) {
    return TYPES.stream()
        .map(
            type ->
                turn < values(type).size()
                    ? "CAST(" + values(type).get(turn) + " AS " + type.get(0) + ")"
                    : "NULL")
        .collect(Collectors.joining(", "));
  }

  private static List<String> values(List<String> type) {
    return List.of(type.get(1).split("\\|", -1));
  }

  @Test
  void every_value_arrives_as_it_is() throws Exception {
    Setup setup = Setup.of(folder().path(), 2);
    try (Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);

      setup.onSource(rows(100).toArray(String[]::new));
      Convergence.assertEqual(setup, WITHIN, pipeline::check);

      setup.onSource(updates());
      Convergence.assertEqual(setup, WITHIN, pipeline::check);

      // Large values stay where they are when others change.
      setup.onSource("UPDATE everything SET v2 = 1, v7 = NOT v7", "UPDATE counted SET n = 7");
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
    }
    assertThat(count(setup)).isGreaterThan(20);
  }

  private static String[] updates() {
    int longest = rows(0).size();
    String names =
        IntStream.range(0, TYPES.size()).mapToObj(i -> "v" + i).collect(Collectors.joining(", "));
    return IntStream.range(0, longest)
        .mapToObj(
            turn ->
                "UPDATE everything SET ("
                    + names
                    + ") = ROW("
                    + row((turn + 1) % longest)
                    + ") WHERE id = "
                    + turn)
        .toArray(String[]::new);
  }

  private static int count(Setup setup) throws SQLException {
    try (Connection connection = setup.warehouse().connect("test");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM d_everything")) {
      row.next();
      return row.getInt(1);
    }
  }
}
