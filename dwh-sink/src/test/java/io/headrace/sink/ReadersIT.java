package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What readers see while the sink writes. */
class ReadersIT {

  @Test
  void seeWholeEpochsOnlyAndThePositionOfEach() throws Exception {
    StarFixture family = Family.fixture();
    AtomicBoolean done = new AtomicBoolean();
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> write(feed, 1));
      sink.awaitEpoch(1);
      CompletableFuture<Integer> states = CompletableFuture.supplyAsync(() -> read(family, done));
      for (int epoch = 2; epoch <= 40; epoch++) {
        int n = epoch;
        feed.epoch(n, () -> write(feed, n));
        if (epoch % 4 == 0) {
          sink.awaitEpoch(n);
        }
      }
      sink.awaitEpoch(40);
      done.set(true);
      assertThat(states.get()).isGreaterThan(5);
    }
  }

  private static void write(FactFeed feed, int epoch) {
    feed.row("d_parent", "1", "name " + epoch);
    int rows = epoch % 10 == 0 ? 3000 : 30;
    for (int i = 0; i < rows; i++) {
      feed.row("f_child", "" + (10_000 * (epoch % 2) + i), "1", "" + epoch, "1", "name " + epoch);
    }
    for (int i = 0; i < 3000; i++) {
      if (i >= rows) {
        feed.gone("f_child", "" + (10_000 * (epoch % 2) + i));
      }
      feed.gone("f_child", "" + (10_000 * ((epoch + 1) % 2) + i));
    }
  }

  private static int read(StarFixture family, AtomicBoolean done) {
    int states = 0;
    String before = "";
    try (Connection connection = family.warehouse.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      while (!done.get()) {
        String epoch = StarFixture.rows(statement, "SELECT epoch FROM headrace.position").get(0);
        List<String> parents = StarFixture.rows(statement, Family.PARENTS);
        List<String> children =
            StarFixture.rows(
                statement,
                "SELECT min(twice) / 2, max(twice) / 2, min(parent_name), max(parent_name), count(*) FROM f_child");
        connection.commit();
        int rows = Long.parseLong(epoch) % 10 == 0 ? 3000 : 30;
        String name = "name " + epoch;
        assertThat(parents).containsExactly("1," + name);
        assertThat(children).containsExactly(String.join(",", epoch, epoch, name, name, "" + rows));
        states += epoch.equals(before) ? 0 : 1;
        before = epoch;
      }
      return states;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
