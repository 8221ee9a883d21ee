package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What one merge does to the star. */
class MergeIT {

  @Test
  void writesAndDeletesWhatAnEpochSays() {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          1,
          () -> {
            feed.row("f_child", "10", "1", "5", "1.0", "Ann");
            feed.row("f_child", "11", "1", "6", null, "Ann");
            feed.row("f_child", "12", "2", "-1", "1", "Bob");
            feed.row("d_parent", "1", "Ann");
            feed.row("d_parent", "2", "Bob");
          });
      sink.awaitEpoch(1);
      assertThat(family.rows(Family.CHILDREN))
          .containsExactly("10,1,10,1.0,Ann", "11,1,12,null,Ann");
      assertThat(family.rows(Family.PARENTS)).containsExactly("1,Ann", "2,Bob");

      feed.epoch(
          2,
          () -> {
            feed.row("f_child", "10", "1", "0", "1.0", "Ann"); // leaves through WHERE
            feed.row("f_child", "11", "1", "9", null, "Ann");
            feed.gone("f_child", "11"); // the last change wins
            feed.gone("f_child", "12");
            feed.row("f_child", "12", "2", "7", "1", "Bob");
            feed.gone("f_child", "99"); // never was there
          });
      sink.awaitEpoch(2);
      assertThat(family.rows(Family.CHILDREN)).containsExactly("12,2,14,1,Bob");

      // The parent goes after the child that refers to it, the other way round than they came.
      feed.epoch(
          3,
          () -> {
            feed.gone("d_parent", "2");
            feed.row("d_parent", "3", "Cid");
            feed.row("f_child", "12", "3", "7", "1", "Cid");
          });
      sink.awaitEpoch(3);
      assertThat(family.rows(Family.CHILDREN)).containsExactly("12,3,14,1,Cid");
      assertThat(family.rows(Family.PARENTS)).containsExactly("1,Ann", "3,Cid");
      assertThat(sink.failure()).isNull();
    }
  }

  @Test
  void showsNothingOfAnEpochThatIsNotCompleteInEveryPartition() {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
      sink.awaitEpoch(1);
      feed.transaction(
          () -> {
            feed.row("d_parent", "1", "Anna");
            feed.mark(2, 0);
            feed.mark(2, 1);
            feed.row("d_parent", "2", "Bob"); // of epoch 2 or 3, by its partition
          });
      feed.transaction(
          () -> {
            feed.mark(3, 0);
            feed.mark(3, 1);
          });
      await()
          .during(Duration.ofMillis(700))
          .atMost(Duration.ofSeconds(5))
          .until(() -> family.rows(Family.PARENTS).equals(List.of("1,Ann")));
      feed.transaction(() -> feed.mark(2, 2));
      sink.awaitEpoch(2);
      feed.transaction(() -> feed.mark(3, 2));
      sink.awaitEpoch(3);
      assertThat(family.rows(Family.PARENTS)).containsExactly("1,Anna", "2,Bob");
      assertThat(family.rows("SELECT epoch, lsn FROM headrace.position")).containsExactly("3,0/30");
    }
  }

  @Test
  void leavesRowsAloneThatAreAlreadySoAndSeesThatOnePointZeroIsNotOne() {
    StarFixture family = Family.fixture();
    String versions = "SELECT id, note, xmin FROM f_child ORDER BY id";
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          1,
          () -> {
            feed.row("d_parent", "1", "Ann");
            feed.row("f_child", "10", "1", "5", "1.0", "Ann");
            feed.row("f_child", "11", "1", "5", "1.0", "Ann");
          });
      sink.awaitEpoch(1);
      List<String> before = family.rows(versions);
      feed.epoch(
          2,
          () -> {
            feed.row("f_child", "10", "1", "5", "1.0", "Ann");
            feed.row("f_child", "11", "1", "5", "1.00", "Ann");
          });
      sink.awaitEpoch(2);
      List<String> after = family.rows(versions);
      assertThat(after.get(0)).isEqualTo(before.get(0));
      assertThat(after.get(1)).startsWith("11,1.00,");
    }
  }

  @Test
  void standsStillWhileItIsHeldAndGoesAsFarAsTheHolderSays() throws SQLException {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(1, () -> feed.row("d_parent", "1", "1"));
      sink.awaitEpoch(1);
      try (MergeHold hold = MergeHold.acquire(family.settings().warehouse())) {
        for (int epoch = 2; epoch <= 9; epoch++) {
          String name = String.valueOf(epoch);
          feed.epoch(epoch, () -> feed.row("d_parent", "1", name));
        }
        await()
            .during(Duration.ofMillis(700))
            .atMost(Duration.ofSeconds(5))
            .until(() -> family.rows(Family.PARENTS).equals(List.of("1,1")));
        hold.until(6);
        sink.awaitEpoch(6);
        assertThat(family.rows(Family.PARENTS)).containsExactly("1,6");
      }
      sink.awaitEpoch(9);
      assertThat(family.rows(Family.PARENTS)).containsExactly("1,9");
      assertThat(sink.completed).containsSubsequence(1L, 6L, 9L);
    }
  }

  @Test
  void takesSeveralEpochsAtOnceWhenTheyAreThere() {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 3).create()) {
      for (int epoch = 1; epoch <= 50; epoch++) {
        int n = epoch;
        feed.epoch(
            epoch,
            () -> {
              feed.row("d_parent", "1", "name " + n);
              feed.row("d_parent", String.valueOf(100 + n), "x");
            });
      }
      try (RunningSink sink = new RunningSink(family)) {
        sink.awaitEpoch(50);
        assertThat(sink.completed).hasSizeLessThan(10);
        assertThat(family.rows("SELECT count(*), min(name) FROM d_parent"))
            .containsExactly("51,name 50");
      }
    }
  }

  @Test
  void takesAnEpochLargerThanItsMemory() {
    StarFixture family = Family.fixture();
    String wide = "w".repeat(400);
    int rows = 60_000;
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          1,
          () -> {
            for (int i = 0; i < rows; i++) {
              feed.row("d_parent", String.valueOf(i), wide);
            }
          });
      sink.awaitEpoch(1);
      assertThat(family.rows("SELECT count(*), max(length(name)) FROM d_parent"))
          .containsExactly(rows + ",400");
      // Parted over several transactions, with repeated keys, rows that go, and a partition that
      // runs ahead.
      for (int part = 0; part < 4; part++) {
        int n = part;
        feed.transaction(
            () -> {
              for (int i = 0; i < rows / 4; i++) {
                feed.row("d_parent", String.valueOf(i), wide + n);
              }
            });
      }
      feed.transaction(
          () -> {
            feed.gone("d_parent", "0");
            feed.mark(2, feed.partitionOf("0"));
            for (int i = 0; i < rows / 2; i += 2) {
              if (feed.partitionOf(String.valueOf(i)) == feed.partitionOf("0")) {
                feed.row("d_parent", String.valueOf(i), "ahead " + wide);
              }
            }
          });
      feed.transaction(() -> feed.marksBut(2, feed.partitionOf("0")));
      sink.awaitEpoch(2);
      assertThat(
              family.rows(
                  "SELECT count(*), count(*) FILTER (WHERE right(name, 1) = '3') FROM d_parent"))
          .containsExactly((rows - 1) + "," + (rows / 4 - 1));
      feed.transaction(() -> feed.marks(3));
      sink.awaitEpoch(3);
      assertThat(family.rows("SELECT name FROM d_parent WHERE parent_id = 0"))
          .containsExactly("ahead " + wide);
    }
  }

  @Test
  void knowsKeyOnlyTables() {
    StarFixture keys =
        new StarFixture(
            "CREATE TABLE pair (a text, b uuid, PRIMARY KEY (a, b))",
            Map.of("d_pair", "SELECT a, b AS \"B\" FROM pair"),
            "CREATE TABLE d_pair (a text, \"B\" uuid, PRIMARY KEY (\"B\", a))");
    String uuid = "00000000-0000-0000-0000-000000000001";
    try (FactFeed feed = new FactFeed(keys, 1).create();
        RunningSink sink = new RunningSink(keys)) {
      feed.epoch(
          1,
          () -> {
            feed.row("d_pair", "a\tb\\", uuid);
            feed.row("d_pair", "", uuid);
          });
      sink.awaitEpoch(1);
      feed.epoch(2, () -> feed.gone("d_pair", "", uuid));
      sink.awaitEpoch(2);
      assertThat(keys.rows("SELECT * FROM d_pair")).containsExactly("a\tb\\," + uuid);
    }
  }
}
