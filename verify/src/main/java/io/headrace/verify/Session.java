package io.headrace.verify;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** What must be the same in both sessions, and how PostgreSQL is to look rows up. */
final class Session {

  /**
   * The text of a value must depend on the value alone; no limit of time may end a transaction that
   * has one snapshot to lose; rows that a policy hides must be an error, not a difference.
   */
  private static final String SETTINGS =
      """
      SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC';
      SET extra_float_digits = 1; SET bytea_output = 'hex'; SET xmloption = 'content';
      SET xmlbinary = 'base64'; SET lc_monetary = 'C'; SET standard_conforming_strings = on;
      SET row_security = off;
      SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
      SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout';
      SET jit = off;
      """;

  /**
   * Pages go along primary keys and joins from foreign to primary keys: so a page costs what its
   * rows cost, in time and memory, whatever the planner believes about the tables.
   */
  private static final String BY_KEY =
      """
      SET enable_seqscan = off; SET enable_sort = off; SET enable_hashjoin = off;
      SET enable_mergejoin = off; SET enable_bitmapscan = off
      """;

  private static final String AS_PLANNED =
      "RESET enable_seqscan; RESET enable_sort; RESET enable_hashjoin; RESET enable_mergejoin;"
          + " RESET enable_bitmapscan";

  private Session() {}

  /** To be called once in a transaction that is to be read. */
  static void prepare(Connection connection) throws SQLException {
    execute(connection, SETTINGS);
    execute(connection, BY_KEY);
  }

  /** Lets the planner choose for a statement that reads a whole table. */
  static void asPlanned(Connection connection) throws SQLException {
    execute(connection, AS_PLANNED);
  }

  /** Ends what {@link #asPlanned} began. */
  static void byKey(Connection connection) throws SQLException {
    execute(connection, BY_KEY);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
