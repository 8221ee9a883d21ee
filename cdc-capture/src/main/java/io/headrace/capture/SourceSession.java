package io.headrace.capture;

import io.headrace.stage.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/** Connections to the source. */
final class SourceSession {

  static final String APPLICATION = "headrace capture";

  /**
   * What decides how PostgreSQL writes values as text. Set for the snapshot and for the stream
   * alike, whatever the role, the database or the driver would have it: the same value must always
   * be the same text.
   */
  static final List<String> TEXT_FORM =
      List.of(
          "SET TimeZone = 'UTC'",
          "SET DateStyle = 'ISO, YMD'",
          "SET IntervalStyle = 'postgres'",
          "SET extra_float_digits = 1",
          "SET bytea_output = 'hex'",
          "SET lc_monetary = 'C'",
          "SET xmlbinary = 'base64'");

  private SourceSession() {}

  /** An ordinary connection. */
  static Connection open(Database source) throws SQLException {
    return source.connect(APPLICATION);
  }

  /** A connection that speaks the replication protocol. */
  static Connection openReplication(Database source) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", source.user());
    properties.setProperty("password", source.password());
    properties.setProperty("ApplicationName", APPLICATION);
    properties.setProperty("replication", "database");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "14");
    return DriverManager.getConnection(source.jdbcUrl(), properties);
  }

  static void execute(Connection connection, List<String> statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
