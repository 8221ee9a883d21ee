package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** Waits until the warehouse has what was committed in the source, then compares. */
final class Convergence {

  private Convergence() {}

  /**
   * Waits for the source's present position and asserts that both sides are equal. Nothing may
   * write meanwhile.
   */
  static void assertEqual(Setup setup, Duration within, Runnable check) throws SQLException {
    try (Connection source = setup.source().connect("oracle");
        Connection warehouse = setup.warehouse().connect("oracle")) {
      Lsn written = written(source);
      Awaitility.await("the warehouse at " + written)
          .atMost(within)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                check.run();
                Lsn position = position(warehouse);
                return position != null && position.compareTo(written) >= 0;
              });
      List<Difference> differences = Oracle.of(setup.sql()).differences(source, warehouse);
      assertThat(differences.stream().limit(20).toList())
          .as("%s differences between the star's SELECTs and the warehouse", differences.size())
          .isEmpty();
    }
  }

  /** Where the source's log ends. */
  static Lsn written(Connection source) throws SQLException {
    try (Statement statement = source.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      row.next();
      return Lsn.parse(row.getString(1));
    }
  }

  /** What the warehouse says where it is; null before the first load. */
  static @org.jspecify.annotations.Nullable Lsn position(Connection warehouse) throws SQLException {
    try (Statement statement = warehouse.createStatement();
        ResultSet row = statement.executeQuery("SELECT lsn FROM headrace.position")) {
      return row.next() ? Lsn.parse(row.getString(1)) : null;
    }
  }
}
