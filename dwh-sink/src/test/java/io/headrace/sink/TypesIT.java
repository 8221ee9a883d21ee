package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.star.Star;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Values of every type arrive as they were, image for image. */
class TypesIT {
  private static final Map<String, List<String>> VALUES = new LinkedHashMap<>();

  static {
    VALUES.put("smallint", List.of("-32768", "32767"));
    VALUES.put("integer", List.of("-2147483648"));
    VALUES.put("bigint", List.of("9223372036854775807"));
    VALUES.put(
        "numeric",
        List.of(
            "NaN",
            "Infinity",
            "-Infinity",
            "1.00",
            "1" + "0".repeat(300) + ".000000000001",
            "-0.0"));
    VALUES.put("numeric(10,2)", List.of("12345678.90"));
    VALUES.put("real", List.of("NaN", "Infinity", "-Infinity", "1e-45", "3.4028235e+38", "-0"));
    VALUES.put(
        "double precision",
        List.of("NaN", "-Infinity", "5e-324", "1.7976931348623157e+308", "0.1", "-0"));
    VALUES.put("boolean", List.of("true", "false"));
    VALUES.put("char(5)", List.of("a", "äé  "));
    VALUES.put(
        "varchar(20)",
        List.of("", " trailing ", "tab\there", "\\N", "\\.", "back\\slash", "𝄞😀 日本"));
    VALUES.put(
        "text",
        List.of(
            "",
            "\\N",
            "line\nbreak\rreturn",
            "\u0001\u0008\u000b\u000c\u007f",
            "quote'\"",
            "e\u0301",
            "long ".repeat(20_000)));
    VALUES.put(
        "date", List.of("infinity", "-infinity", "4713-01-01 BC", "2024-02-29", "5874897-12-31"));
    VALUES.put("time", List.of("24:00:00", "00:00:00.000001"));
    VALUES.put("time with time zone", List.of("12:00:00.123456+15:59"));
    VALUES.put(
        "timestamp",
        List.of(
            "infinity",
            "-infinity",
            "0044-03-15 12:00:00 BC",
            "2024-01-01 00:00:00.999999",
            "294276-12-31 23:59:59.999999"));
    VALUES.put(
        "timestamp with time zone",
        List.of("infinity", "0044-03-15 12:00:00+00 BC", "2024-01-01 00:00:00.000001+05:30"));
    VALUES.put(
        "interval",
        List.of("1 year -2 months +3 days -04:05:06.789", "-1 days +02:03:04", "178000000 years"));
    VALUES.put("uuid", List.of("00000000-0000-0000-0000-0000000000ff"));
    VALUES.put(
        "json", List.of("{\"b\":1,  \"a\":[1.0, null], \"b\":\"\\u00e9\\n\"}", "null", "\"x\""));
    VALUES.put("jsonb", List.of("{\"a\": 1.00, \"b\": [true, null, \"tab\\t\"]}", "null"));
    VALUES.put("bytea", List.of("", "\\x00ff5c0a09", "\\x" + "ab".repeat(50_000)));
    VALUES.put("integer[]", List.of("{}", "{1,NULL,3}", "[0:1]={1,2}", "{{1,2},{3,4}}"));
    VALUES.put("text[]", List.of("{\"a,b\",\"NULL\",NULL,\"\",\"q\\\"\\\\\"}"));
    VALUES.put("inet", List.of("10.0.0.1/8", "::1"));
    VALUES.put("cidr", List.of("10.0.0.0/8"));
    VALUES.put("macaddr", List.of("08:00:2b:01:02:03"));
    VALUES.put("bit(5)", List.of("01010"));
    VALUES.put("varbit", List.of("", "1"));
    VALUES.put("int4range", List.of("empty", "[1,10)", "(,)"));
    VALUES.put("tstzrange", List.of("[\"2024-01-01 00:00:00+00\",)"));
    VALUES.put("nummultirange", List.of("{[1.0,2.0],(5,)}"));
    VALUES.put("xml", List.of("<a>b &amp; c</a>"));
    VALUES.put("point", List.of("(1.5,-0)"));
    VALUES.put("tsvector", List.of("'a':1A 'b c':2"));
    VALUES.put("oid", List.of("4294967295"));
    VALUES.put("mood", List.of("so-so", "Great, 'n\\'"));
    VALUES.put("positive", List.of("7"));
  }

  @Test
  void arriveAsTheyWere() {
    String types =
        "CREATE TYPE mood AS ENUM ('so-so', 'Great, ''n\\'''); CREATE DOMAIN positive AS integer CHECK (VALUE > 0);";
    List<String> names = List.copyOf(VALUES.keySet());
    String columns =
        names.stream().map(t -> column(names, t) + " " + t).collect(Collectors.joining(", "));
    String generated = ", doubled bigint GENERATED ALWAYS AS (c1::bigint * 2) STORED";
    StarFixture all =
        new StarFixture(
            types + "CREATE TABLE every (id integer PRIMARY KEY, " + columns + generated + ")",
            Map.of(
                "f_every",
                "SELECT id, "
                    + names.stream().map(t -> column(names, t)).collect(Collectors.joining(", "))
                    + ", doubled FROM every"),
            types
                + "CREATE TABLE f_every (id integer PRIMARY KEY, "
                + columns
                + ", doubled bigint)");
    int id = 0;
    for (String type : names) {
      for (String value : VALUES.getOrDefault(type, List.of())) {
        all.inSource(
            "INSERT INTO every (id, "
                + column(names, type)
                + ") VALUES ("
                + id++
                + ", '"
                + value.replace("'", "''")
                + "')");
      }
    }
    all.inSource("INSERT INTO every (id) VALUES (" + id + ")");
    roundTrip(all, id + 1);
  }

  private static void roundTrip(StarFixture all, int rows) {
    Star star = all.star;
    assertThat(star.tables()).hasSize(1);
    try (FactFeed feed = new FactFeed(all, 3).create();
        RunningSink sink = new RunningSink(all)) {
      feed.epoch(1, () -> feed.allFrom(all));
      sink.awaitEpoch(1);
      List<String> target = all.rows("SELECT * FROM f_every ORDER BY id");
      assertThat(target)
          .hasSize(rows)
          .isEqualTo(StarFixture.rows(all.source, "SELECT * FROM every ORDER BY id"));
      // The same again is no change, for any type.
      List<String> versions = all.rows("SELECT xmin FROM f_every ORDER BY id");
      feed.epoch(2, () -> feed.allFrom(all));
      sink.awaitEpoch(2);
      assertThat(all.rows("SELECT xmin FROM f_every ORDER BY id")).isEqualTo(versions);
      // And by the way of few rows.
      all.inWarehouse("DELETE FROM f_every");
      feed.epoch(3, () -> feed.allFrom(all));
      sink.awaitEpoch(3);
      assertThat(all.rows("SELECT * FROM f_every ORDER BY id")).isEqualTo(target);
    }
  }

  private static String column(List<String> names, String type) {
    return "c" + names.indexOf(type);
  }
}
