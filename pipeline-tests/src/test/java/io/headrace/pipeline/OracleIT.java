package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check that all other tests rest on is seen to fail. */
class OracleIT {

  private static final String TABLE =
      """
      (id integer PRIMARY KEY, word text, amount numeric, padded char(6), at timestamp, raw bytea, doc json,
       many text[], wide float8)""";

  private static final String ROWS =
      """
      (1, 'one', 1.0, 'a', '2026-01-01 10:00:00.123456', '\\x00ff', '{"a": 1}', '{a,NULL,"NULL"}', 0.1),
      (2, '', 1.00, '', 'infinity', '', '[]', '{}', 'NaN'),
      (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      (4, E'tab\\t newline\\n back\\\\slash ', 'NaN', 'abcdef', '0044-03-15 12:00:00 BC', NULL, 'null', NULL, '-0')""";

  private final Oracle oracle =
      new Oracle(
          List.of(
              new StarQuery("target", "SELECT s.* -- all of it\nFROM base s WHERE s.id < 100")));
  private Connection source;
  private Connection warehouse;

  @BeforeEach
  void connect() throws SQLException {
    source = database("base");
    warehouse = database("target");
  }

  private static Connection database(String table) throws SQLException {
    TestDatabase database = TestServers.newDatabase("oracle");
    Connection connection = database.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + table + TABLE);
      statement.execute("INSERT INTO " + table + " VALUES " + ROWS);
    }
    return connection;
  }

  @AfterEach
  void disconnect() throws SQLException {
    source.close();
    warehouse.close();
  }

  @Test
  void equal_tables_do_not_differ_whatever_the_order_of_their_rows() throws SQLException {
    try (Statement statement = warehouse.createStatement()) {
      statement.execute("UPDATE target SET id = id WHERE id = 1");
    }

    assertThat(oracle.differences(source, warehouse)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          another value          ~ UPDATE target SET word = 'two' WHERE id = 1               ~ word   ~ one
          another case           ~ UPDATE target SET word = 'One' WHERE id = 1               ~ word   ~ one
          a trailing space       ~ UPDATE target SET word = 'one ' WHERE id = 1              ~ word   ~ one
          NULL for empty         ~ UPDATE target SET word = NULL WHERE id = 2                ~ word   ~ ''
          empty for NULL         ~ UPDATE target SET word = '' WHERE id = 3                  ~ word   ~ \\N
          the word NULL for NULL ~ UPDATE target SET word = 'NULL' WHERE id = 3              ~ word   ~ \\N
          1.00 for 1.0           ~ UPDATE target SET amount = 1.00 WHERE id = 1              ~ amount ~ 1.0
          a microsecond          ~ UPDATE target SET at = at + '1 microsecond' WHERE id = 1  ~ at     ~ 2026-01-01 10:00:00.123456
          another infinity       ~ UPDATE target SET at = '-infinity' WHERE id = 2           ~ at     ~ infinity
          a byte                 ~ UPDATE target SET raw = '\\x00fe' WHERE id = 1            ~ raw    ~ \\\\x00ff
          a space in a document  ~ UPDATE target SET doc = '{"a":1}' WHERE id = 1            ~ doc    ~ {"a": 1}
          NULL in an array       ~ UPDATE target SET many[3] = NULL WHERE id = 1             ~ many   ~ {a,NULL,"NULL"}
          the last digit         ~ UPDATE target SET wide = 0.10000000000000002 WHERE id = 1 ~ wide   ~ 0.1
          minus zero             ~ UPDATE target SET wide = 0 WHERE id = 4                   ~ wide   ~ -0
          """)
  void a_planted_difference_is_found(String name, String plant, String column, String expected)
      throws SQLException {
    try (Statement statement = warehouse.createStatement()) {
      assertThat(statement.executeUpdate(plant)).as(name).isEqualTo(1);
    }

    assertThat(oracle.differences(source, warehouse))
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.column()).isEqualTo(column);
              assertThat(difference.source()).isEqualTo(expected);
            });
  }

  @Test
  void the_last_character_of_a_long_value_is_found() throws SQLException {
    String value = "repeat('long ', 20000) || ";
    try (Statement there = source.createStatement();
        Statement here = warehouse.createStatement()) {
      there.execute("UPDATE base SET word = " + value + "'a' WHERE id = 1");
      here.execute("UPDATE target SET word = " + value + "'b' WHERE id = 1");
    }

    assertThat(oracle.differences(source, warehouse))
        .singleElement()
        .matches(difference -> difference.source().contains("100001 characters, SHA-256"))
        .matches(difference -> !difference.source().equals(difference.warehouse()));
  }

  @Test
  void a_missing_row_is_found() throws SQLException {
    try (Statement statement = warehouse.createStatement()) {
      statement.execute("DELETE FROM target WHERE id = 2");
    }

    assertThat(oracle.differences(source, warehouse))
        .singleElement()
        .matches(
            difference ->
                difference.key().equals("2") && difference.warehouse().equals(Difference.NO_ROW));
  }

  @Test
  void a_row_too_much_is_found() throws SQLException {
    try (Statement statement = source.createStatement()) {
      statement.execute("UPDATE base SET id = 100 WHERE id = 2");
    }

    assertThat(oracle.differences(source, warehouse))
        .singleElement()
        .matches(
            difference ->
                difference.key().equals("2") && difference.source().equals(Difference.NO_ROW));
  }
}
