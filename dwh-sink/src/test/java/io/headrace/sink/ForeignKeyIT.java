package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.star.StarTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Foreign keys of the warehouse over a source that does not have them. */
class ForeignKeyIT {
  private static final String ENFORCED =
      "SELECT conname, conenforced FROM pg_constraint WHERE contype = 'f' AND conrelid = 'f_order'::regclass"
          + " ORDER BY conname";

  private static StarFixture orders(String reference) {
    return new StarFixture(
        "CREATE TABLE customer (id integer PRIMARY KEY); CREATE TABLE \"order\" (id integer PRIMARY KEY, customer_id integer)",
        Map.of(
            "d_customer", "SELECT id FROM customer",
            "f_order", "SELECT id, customer_id, customer_id AS payer FROM \"order\""),
        "CREATE TABLE d_customer (id integer PRIMARY KEY);"
            + " CREATE TABLE f_order (id integer PRIMARY KEY,"
            + " customer_id integer CONSTRAINT bought REFERENCES d_customer "
            + reference
            + ", payer integer)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "DEFERRABLE INITIALLY DEFERRED"})
  void oneThatTheSourceBreaksLosesItsForceAndNothingStops(String reference) {
    StarFixture orders = orders(reference);
    try (FactFeed feed = new FactFeed(orders, 3).create();
        RunningSink sink = new RunningSink(orders)) {
      feed.epoch(
          1,
          () -> {
            feed.row("d_customer", "1");
            feed.row("f_order", "10", "1");
          });
      sink.awaitEpoch(1);
      assertThat(orders.rows(ENFORCED)).containsExactly("bought,t");
      feed.epoch(2, () -> feed.gone("d_customer", "1"));
      sink.awaitEpoch(2);
      assertThat(orders.rows("SELECT * FROM f_order")).containsExactly("10,1,1");
      assertThat(orders.rows("SELECT * FROM d_customer")).isEmpty();
      assertThat(orders.rows(ENFORCED)).containsExactly("bought,f");
      assertThat(sink.said)
          .contains(
              "The source does not keep the foreign key bought of the warehouse's table public.f_order: Key (id)=(1) is still referenced from table \"f_order\". It is no longer enforced; once the source keeps it:"
                  + " ALTER TABLE \"public\".\"f_order\" ALTER CONSTRAINT \"bought\" ENFORCED;");
    }
  }

  /** PostgreSQL would find a deadlock, and end one of them. */
  @Test
  void aReaderOfBothTablesIsNotEndedByThat() throws SQLException {
    StarFixture orders = orders("");
    try (FactFeed feed = new FactFeed(orders, 3).create();
        RunningSink sink = new RunningSink(orders)) {
      feed.epoch(
          1,
          () -> {
            feed.row("d_customer", "1");
            feed.row("f_order", "10", "1");
          });
      sink.awaitEpoch(1);
      try (Connection connection = orders.warehouseAddress().connect("reader");
          Statement reader = connection.createStatement()) {
        reader.execute("SET deadlock_timeout = '300ms'"); // so that it is the reader who finds it
        connection.setAutoCommit(false);
        assertThat(StarFixture.rows(reader, "SELECT * FROM d_customer")).hasSize(1);
        feed.epoch(2, () -> feed.gone("d_customer", "1"));
        await()
            .atMost(Duration.ofSeconds(30))
            .pollInterval(Duration.ofMillis(10))
            .until(
                () ->
                    !orders
                        .rows(
                            "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'd_customer'::regclass")
                        .isEmpty());
        assertThat(StarFixture.rows(reader, "SELECT * FROM f_order")).hasSize(1);
        connection.commit();
      }
      sink.awaitEpoch(2);
      assertThat(orders.rows(ENFORCED)).containsExactly("bought,f");
    }
  }

  @Test
  void soDoesOneThatALargeFirstLoadBreaks() {
    StarFixture orders = orders("");
    try (FactFeed feed = new FactFeed(orders, 3).create();
        RunningSink sink = new RunningSink(orders)) {
      feed.epoch(
          1,
          () -> {
            feed.row("d_customer", "1");
            for (int i = 0; i < 5000; i++) {
              feed.row("f_order", "" + i, i == 77 ? "2" : "1");
            }
          });
      sink.awaitEpoch(1);
      assertThat(orders.rows("SELECT count(*), max(customer_id) FROM f_order"))
          .containsExactly("5000,2");
      assertThat(orders.rows(ENFORCED)).containsExactly("bought,f");
    }
  }

  @Test
  void oneThatHoldsKeepsItsForceThroughALargeFirstLoad() {
    StarFixture orders = orders("DEFERRABLE INITIALLY DEFERRED");
    try (FactFeed feed = new FactFeed(orders, 3).create();
        RunningSink sink = new RunningSink(orders)) {
      feed.epoch(
          1,
          () -> {
            for (int i = 0; i < 5000; i++) {
              feed.row("f_order", "" + i, "1");
            }
            feed.row("d_customer", "1");
          });
      sink.awaitEpoch(1);
      assertThat(orders.rows(ENFORCED)).containsExactly("bought,t");
      assertThat(
              orders.rows(
                  "SELECT condeferrable, condeferred, convalidated FROM pg_constraint WHERE conname = 'bought'"))
          .containsExactly("t,t,t");
    }
  }

  @Test
  void oneWithoutAnIndexIsToldOf() throws SQLException {
    StarFixture orders = orders("DEFERRABLE INITIALLY DEFERRED");
    try (@SuppressWarnings("try")
            FactFeed unused = new FactFeed(orders, 1).create();
        RunningSink sink = new RunningSink(orders)) {
      sink.awaitSaying("CREATE INDEX CONCURRENTLY ON \"public\".\"f_order\" (customer_id);");
    }
    try (Connection connection = orders.settings().warehouse().connect("test");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE INDEX ON f_order (customer_id, id)");
      ForeignKeys keys = new ForeignKeys(connection);
      List<Target> targets = new ArrayList<>();
      for (StarTable table : orders.star.tables()) {
        targets.add(Target.find(connection, orders.settings().warehouse(), table));
      }
      assertThat(keys.withoutIndex(targets)).isEmpty();
    }
  }

  @Test
  void oneThatActsByItselfIsRefused() {
    StarFixture orders = orders("ON DELETE CASCADE");
    try (@SuppressWarnings("try")
            FactFeed unused = new FactFeed(orders, 1).create();
        RunningSink sink = new RunningSink(orders)) {
      assertThat(sink.awaitFailure())
          .hasMessageStartingWith(
              "The foreign key bought of the warehouse's table public.f_order must only check")
          .hasMessageEndingWith(
              "but it is FOREIGN KEY (customer_id) REFERENCES d_customer(id) ON DELETE CASCADE");
    }
  }
}
