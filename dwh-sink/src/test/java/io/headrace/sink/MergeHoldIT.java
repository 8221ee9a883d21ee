package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Where the star is to stop, as the sink reads it before each merge. */
class MergeHoldIT {
  private static final Instant FIRST = Instant.parse("2026-11-24T00:00:00Z");
  private static final Instant SECOND = Instant.parse("2026-11-25T00:00:00Z");

  private final TestDatabase database = TestServers.newDatabase("hold");

  @Test
  void stopsBeforeEachMomentUntilItIsTakenAwayOrWaitedForLongEnough() throws SQLException {
    WarehouseSchema.migrateOwn(StarFixture.address(database));
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "INSERT INTO headrace.position VALUES (7, '0/70', '2026-11-23T23:59:59Z', 'g', now())");
      stop(statement, FIRST);
      stop(statement, SECOND);
      MergeHold.Limit limit = new MergeHold.Limit(connection, StarPlace.LIVE);
      assertThat(limit.bounds())
          .isEqualTo(new MergeHold.Bounds(MergeHold.Bounds.NONE.epoch(), FIRST, true));
      assertThat(Stand.read(connection)).isNull();
      limit.reached(FIRST);
      assertThat(limit.bounds().before()).isEqualTo(FIRST);
      assertThat(limit.bounds().untold()).isFalse();
      assertThat(Stand.read(connection))
          .satisfies(stand -> assertThat(stand.before()).isEqualTo(FIRST))
          .satisfies(stand -> assertThat(stand.marts()).isEqualTo("m"));

      statement.execute(
          "UPDATE headrace.mart_stop SET reached_at = now() - interval '2 hours' WHERE reached_epoch IS NOT NULL");
      assertThat(limit.bounds().before()).as("nobody is waited for any longer").isEqualTo(SECOND);
      assertThat(Stand.read(connection)).isNull();

      statement.execute("UPDATE headrace.position SET committed = '2026-11-25T00:00:01Z'");
      assertThat(limit.bounds()).isEqualTo(MergeHold.Bounds.NONE);
    }
  }

  @Test
  void whoComesLaterIsToldToo() throws SQLException {
    WarehouseSchema.migrateOwn(StarFixture.address(database));
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "INSERT INTO headrace.position VALUES (7, '0/70', '2026-11-23T23:59:59Z', 'g', now())");
      stop(statement, FIRST);
      MergeHold.Limit limit = new MergeHold.Limit(connection, StarPlace.LIVE);
      limit.reached(FIRST);
      statement.execute(
          "INSERT INTO headrace.mart_stop SELECT 'other', moment, due, patience FROM headrace.mart_stop");
      assertThat(limit.bounds().untold()).isTrue();
    }
  }

  private static void stop(Statement statement, Instant moment) throws SQLException {
    statement.execute(
        "INSERT INTO headrace.mart_stop VALUES ('m', '"
            + moment
            + "', '"
            + moment
            + "'::timestamptz, '1 hour')");
  }
}
