package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ends and takeovers at every place. */
class RestartIT {

  @ParameterizedTest
  @EnumSource(Failpoints.Point.class)
  void goesOnAfterAnEndAtAnyPlace(Failpoints.Point end) {
    StarFixture family = Family.fixture();
    AtomicInteger merges = new AtomicInteger();
    Failpoints failpoints =
        point -> {
          if (point == end && merges.incrementAndGet() % 3 == 0) {
            throw new IllegalStateException("as if killed");
          }
        };
    try (FactFeed feed = new FactFeed(family, 3).create()) {
      long epoch = 0;
      for (int life = 0; life < 4; life++) {
        try (RunningSink sink = new RunningSink(family, failpoints)) {
          while (sink.failure() == null) {
            long n = ++epoch;
            feed.epoch(
                n,
                () -> {
                  feed.row("d_parent", "1", "name " + n);
                  feed.row("d_parent", String.valueOf(n + 1), "new");
                });
            await()
                .pollInterval(Duration.ofMillis(2))
                .until(() -> sink.completed.contains(n) || sink.failure() != null);
          }
          assertThat(sink.failure()).hasMessage("as if killed");
        }
      }
      try (RunningSink sink = new RunningSink(family)) {
        long last = ++epoch;
        feed.epoch(last, () -> feed.row("d_parent", "1", "name " + last));
        sink.awaitEpoch(last);
        assertThat(family.rows("SELECT name FROM d_parent WHERE parent_id = 1"))
            .containsExactly("name " + last);
        assertThat(family.rows("SELECT count(*) FROM d_parent")).containsExactly("" + last);
        assertThat(family.rows("SELECT epoch FROM headrace.position")).containsExactly("" + last);
      }
    }
  }

  @Test
  void aSecondOneStandsByAndTakesOver() {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 3).create()) {
      RunningSink first = new RunningSink(family);
      feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
      first.awaitEpoch(1);
      try (RunningSink second = new RunningSink(family)) {
        second.awaitSaying("stands by");
        feed.epoch(2, () -> feed.row("d_parent", "2", "Bob"));
        first.awaitEpoch(2);
        assertThat(second.completed).isEmpty();
        first.close();
        feed.epoch(3, () -> feed.row("d_parent", "3", "Cid"));
        second.awaitEpoch(3);
        assertThat(second.completed).containsExactly(3L);
        assertThat(family.rows(Family.PARENTS)).containsExactly("1,Ann", "2,Bob", "3,Cid");
      }
    }
  }

  @Test
  void aZombieIsRefused() {
    StarFixture family = Family.fixture();
    AtomicInteger merges = new AtomicInteger();
    // Another one takes over between the staging of the second epoch and its merge.
    Failpoints takeover =
        point -> {
          if (point == Failpoints.Point.AFTER_COPY && merges.incrementAndGet() == 2) {
            family.inWarehouse("UPDATE headrace.sink SET token = token + 1, taken_by = 'test'");
          }
        };
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family, takeover)) {
      feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
      sink.awaitEpoch(1);
      feed.epoch(2, () -> feed.row("d_parent", "1", "Anna"));
      sink.awaitSaying("Another sink has taken over");
      sink.awaitEpoch(2); // with the lock won again, and a token of its own
      assertThat(family.rows("SELECT token FROM headrace.sink")).containsExactly("3");
      assertThat(family.rows(Family.PARENTS)).containsExactly("1,Anna");
    }
  }

  @Test
  void goesOnWhenTheWarehouseCutsItsConnection() {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      for (int epoch = 1; epoch <= 5; epoch++) {
        int n = epoch;
        feed.epoch(n, () -> feed.row("d_parent", "" + n, "x"));
        sink.awaitEpoch(n);
        family.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND application_name = 'headrace sink'");
      }
      feed.epoch(6, () -> feed.row("d_parent", "6", "x"));
      sink.awaitEpoch(6);
      assertThat(sink.said).anyMatch(s -> s.startsWith("The warehouse cannot be written to"));
      assertThat(family.rows("SELECT count(*) FROM d_parent")).containsExactly("6");
    }
  }

  @Test
  void waitsForTopicsThatDoNotExistYetAndEndsWhenAsked() {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 3);
        RunningSink sink = new RunningSink(family)) {
      sink.awaitSaying("Waits until the transform");
      feed.create();
      feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
      sink.awaitEpoch(1);
    }
  }

  @Test
  void anotherDefinitionReplacesTheStarAtOnce() {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          7,
          () -> {
            feed.row("d_parent", "1", "Ann");
            feed.row("d_parent", "2", "Bob");
            feed.row("f_child", "10", "1", "5", "1", "Ann");
            feed.row("f_child", "11", "2", "1", "1", "Bob");
          });
      sink.awaitEpoch(7);
    }
    String old = family.star.generation();
    family.redefine(
        Map.of(
            "d_parent",
            "SELECT id AS parent_id, name FROM parent",
            "f_child",
            Family.CHILD.replace("c.qty > 0", "c.qty > 3")));
    assertThat(family.star.generation()).isNotEqualTo(old);
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      sink.awaitSaying("anew");
      for (int epoch = 5; epoch <= 7; epoch++) {
        int n = epoch;
        feed.epoch(
            n,
            () -> {
              feed.row("d_parent", "1", "Ann " + n);
              feed.row("f_child", "10", "1", "5", "1", "Ann");
              feed.row("f_child", "11", "2", "1", "1", "Bob");
            });
        if (n == 6) {
          await()
              .during(Duration.ofMillis(500))
              .atMost(Duration.ofSeconds(5))
              .until(
                  () ->
                      family
                          .rows("SELECT epoch, generation FROM headrace.position")
                          .get(0)
                          .equals("7," + old));
        }
      }
      sink.awaitEpoch(7);
      assertThat(family.rows(Family.PARENTS)).containsExactly("1,Ann 7");
      assertThat(family.rows(Family.CHILDREN)).containsExactly("10,1,10,1,Ann");
      assertThat(
              family.rows(
                  "SELECT DISTINCT topic FROM headrace.kafka_offset WHERE topic LIKE '%"
                      + old
                      + "%'"))
          .isEmpty();
      assertThat(family.rows("SELECT generation FROM headrace.position"))
          .containsExactly(family.star.generation());
    }
  }
}
