package io.headrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import io.headrace.wire.EpochMark;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the sink says when it cannot go on, or may not set anything aside. Nothing is lost by it.
 */
class TroubleIT {

  @Test
  void aRowThatTheWarehouseRefusesIsNamed() {
    StarFixture family = Family.strict();
    family.inWarehouse("ALTER TABLE d_parent ADD CONSTRAINT short CHECK (length(name) < 10)");
    try (FactFeed feed = new FactFeed(family, 3).create()) {
      try (RunningSink sink = new RunningSink(family)) {
        feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
        sink.awaitEpoch(1);
        feed.epoch(
            2,
            () -> {
              for (int i = 1; i < 20; i++) {
                feed.row("d_parent", "" + i, i == 13 ? "much too long" : "ok");
              }
            });
        assertThat(sink.awaitFailure())
            .hasMessage(
                "The warehouse refuses a fact for its table public.d_parent, key (13): new row for"
                    + " relation \"d_parent\" violates check constraint \"short\" [23514]");
      }
      assertThat(family.rows("SELECT epoch FROM headrace.position")).containsExactly("1");
      family.inWarehouse("ALTER TABLE d_parent DROP CONSTRAINT short");
      try (RunningSink sink = new RunningSink(family)) {
        sink.awaitEpoch(2);
        assertThat(family.rows("SELECT name FROM d_parent WHERE parent_id = 13"))
            .containsExactly("much too long");
      }
    }
  }

  @Test
  void soIsOneAmongMany() {
    StarFixture family = Family.strict();
    family.inWarehouse("ALTER TABLE d_parent ADD CONSTRAINT short CHECK (length(name) < 10)");
    try (FactFeed feed = new FactFeed(family, 3).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          1,
          () -> {
            for (int i = 1; i < 5000; i++) {
              feed.row("d_parent", "" + i, i == 4321 ? "much too long" : "ok");
            }
          });
      assertThat(sink.awaitFailure()).hasMessageContaining("d_parent, key (4321): new row for");
    }
  }

  @Test
  void aTextThatIsNoValueIsNamedWithItsColumn() {
    StarFixture family = Family.strict();
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          1,
          () -> {
            feed.row("f_child", "10", "1", "5", "1.0", "Ann");
            feed.row("f_child", "11", "1", "five", "1.0", "Ann");
          });
      assertThat(sink.awaitFailure())
          .hasMessage(
              "The warehouse refuses a fact for its table public.f_child, key (11), column"
                  + " public.child.qty: invalid input syntax for type integer: \"five\" [22P02]");
    }
  }

  @Test
  void anExpressionThatFailsIsNamed() {
    StarFixture family =
        new StarFixture(
            "CREATE TABLE part (id bigint PRIMARY KEY, n integer)",
            Map.of("f_part", "SELECT id, 100 / n AS share FROM part"),
            "CREATE TABLE f_part (id bigint PRIMARY KEY, share integer)");
    family.deadLetterLimit = 0;
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(
          1,
          () -> {
            feed.row("f_part", "1", "0");
            feed.row("f_part", "1", "5"); // the last change wins: no error
          });
      sink.awaitEpoch(1);
      feed.epoch(
          2,
          () -> {
            feed.row("f_part", "2", "10");
            feed.row("f_part", "3", "0");
          });
      assertThat(sink.awaitFailure())
          .hasMessage(
              "The warehouse refuses a fact for its table public.f_part, key (3): division by zero [22012]");
    }
  }

  @Test
  void aMarkOutOfItsOrderIsNamed() {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.epoch(4, () -> feed.row("d_parent", "1", "Ann"));
      sink.awaitEpoch(4);
      feed.transaction(() -> feed.send("d_parent", 0, EpochMark.key(), FactFeed.markOf(6).value()));
      assertThat(sink.awaitFailure())
          .hasMessage(
              "The record in topic "
                  + feed.topic("d_parent")
                  + ", partition 0, offset 3, key \\. for the warehouse table d_parent cannot be used: after the"
                  + " mark of epoch 4 the next must be that of epoch 5 but was that of epoch 6");
    }
  }

  @Test
  void recordsThatAreNoFactsAreNamed() {
    StarFixture family = Family.strict();
    try (FactFeed feed = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      feed.transaction(() -> feed.send("d_parent", 0, null, "1\tx".getBytes(UTF_8)));
      assertThat(sink.awaitFailure())
          .hasMessageContaining("offset 0, key none")
          .hasMessageEndingWith("a fact must have a key but this one has none");
    }
    StarFixture other = Family.strict();
    try (FactFeed feed = new FactFeed(other, 1).create();
        RunningSink sink = new RunningSink(other)) {
      feed.transaction(() -> feed.send("d_parent", 0, "1\t2".getBytes(UTF_8), null));
      assertThat(sink.awaitFailure()).hasMessageEndingWith("a row must have 1 fields but had 2");
    }
  }

  @Test
  void topicsMadeAnewAreNoticed() {
    StarFixture family = Family.fixture();
    try (FactFeed feed = new FactFeed(family, 1).create()) {
      try (RunningSink sink = new RunningSink(family)) {
        feed.epoch(1, () -> feed.row("d_parent", "1", "Ann"));
        sink.awaitEpoch(1);
      }
      family.inWarehouse(
          "UPDATE headrace.kafka_offset SET next_offset = 1000 WHERE topic LIKE '%d_parent'");
      try (RunningSink sink = new RunningSink(family)) {
        assertThat(sink.awaitFailure())
            .hasMessageStartingWith("Kafka does not have what follows the warehouse's position: ")
            .hasMessageContaining(
                "d_parent, partition 0: offset 1000 is not there, Kafka ends at 3. The facts")
            .hasMessageContaining("run ./headrace replay --rejoin");
      }
      family.inWarehouse("UPDATE headrace.kafka_offset SET topic_id = 'other'");
      try (RunningSink sink = new RunningSink(family)) {
        assertThat(sink.awaitFailure())
            .hasMessageContaining("the topic was deleted and made anew")
            .hasMessageContaining("once with --refill");
      }
      family.inWarehouse(
          "UPDATE headrace.position SET epoch = 900; INSERT INTO d_parent VALUES (7, 'stale')");
      Failpoints killed =
          point -> {
            if (point == Failpoints.Point.BEFORE_COMMIT) {
              throw new IllegalStateException("as if killed");
            }
          };
      try (RunningSink sink = new RunningSink(family, family.settings().withRefill(true), killed)) {
        assertThat(sink.awaitFailure()).hasMessage("as if killed");
        assertThat(family.rows("SELECT epoch FROM headrace.position")).containsExactly("0");
        assertThat(family.rows(Family.PARENTS)).containsExactly("1,Ann", "7,stale");
      }
      // What has begun is ended without being wished again.
      try (RunningSink sink = new RunningSink(family)) {
        sink.awaitEpoch(1);
        assertThat(family.rows(Family.PARENTS)).containsExactly("1,Ann");
        assertThat(family.rows("SELECT epoch FROM headrace.position")).containsExactly("1");
      }
    }
  }

  @Test
  void aMissingTableIsNamed() {
    StarFixture family = Family.fixture();
    family.inWarehouse("DROP TABLE f_child");
    try (@SuppressWarnings("try")
            FactFeed unused = new FactFeed(family, 1).create();
        RunningSink sink = new RunningSink(family)) {
      assertThat(sink.awaitFailure())
          .hasMessageStartingWith("The star's table f_child must be a table in");
    }
  }

  @Test
  void aRoleThatMayCreateNothingIsToldWhatItLacks() throws Exception {
    TestDatabase created = TestServers.newDatabase("strange");
    String role = TestServers.uniqueName("loader");
    try (Connection connection = created.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
    }
    Database warehouse =
        new Database(created.host(), created.port(), created.name(), role, "secret");
    assertThatThrownBy(() -> WarehouseSchema.migrateOwn(warehouse))
        .isInstanceOf(StageException.class)
        .hasMessageContaining("permission denied for database " + created.name())
        .hasMessageEndingWith(
            """
            Its role lacks:
                GRANT CREATE ON DATABASE %1$s TO %2$s;
                GRANT USAGE, CREATE ON SCHEMA public TO %2$s;"""
                .formatted(created.name(), role))
        .hasMessageNotContaining("secret");
  }
}
