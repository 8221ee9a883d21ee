package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PauseIT {

  @Test
  void nothingIsMergedUntilSomebodyResumesAlsoThroughARestart() {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 3).create()) {
      try (RunningSink sink = new RunningSink(family)) {
        feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
        sink.awaitEpoch(1);
        Pause pause = Pause.begin(family.warehouseAddress(), "ann", "to look around");
        assertThat(pause.by()).isEqualTo("ann");
        feed.epoch(2, () -> feed.row("d_parent", "2", "Bob"));
        sink.awaitSaying("The sink is paused");
        assertThat(sink.completed).containsExactly(1L);
        assertThat(idleInTransaction(family)).containsExactly("0");
      }
      try (RunningSink again = new RunningSink(family)) {
        again.awaitSaying("The sink is paused");
        assertThat(again.completed).isEmpty();
        assertThat(Pause.end(family.warehouseAddress())).isNotNull();
        again.awaitEpoch(2);
        again.awaitSaying("The sink goes on");
        assertThat(family.rows(Family.PARENTS)).containsExactly("1,Ann", "2,Bob");
      }
    }
  }

  @Test
  void aSecondPauseLeavesTheFirstAsItIs() {
    StarFixture family = Family.fixture();
    WarehouseSchema.migrateOwn(family.warehouseAddress());
    Pause first = Pause.begin(family.warehouseAddress(), "ann", "one");
    assertThat(Pause.begin(family.warehouseAddress(), "bob", "two")).isEqualTo(first);
    assertThat(Pause.end(family.warehouseAddress())).isEqualTo(first);
    assertThat(Pause.end(family.warehouseAddress())).isNull();
  }

  /** A pause may last for days, and must not keep a transaction open for so long. */
  private static List<String> idleInTransaction(StarFixture family) {
    return family.rows(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name = 'headrace sink' AND state = 'idle in transaction'"
            + " AND xact_start < now() - interval '3 seconds'");
  }
}
