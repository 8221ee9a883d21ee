package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.cli.workload.ChangeKind;
import io.headrace.cli.workload.RandomWorkload;
import io.headrace.cli.workload.WorkloadShape;
import io.headrace.stage.Database;
import io.headrace.star.TableName;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The storm itself: that it blows from everywhere, and stays within its bounds. */
class RandomWorkloadIT {

  private static final String SCHEMA =
      """
      CREATE SCHEMA billing;
      CREATE TYPE mood AS ENUM ('sad', 'o''k', 'very happy');
      CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 98);
      CREATE TABLE customer (
        id uuid PRIMARY KEY, "User" varchar(20), mood mood, born date, seen timestamptz, doc jsonb, picture bytea);
      CREATE TABLE billing."Order" (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id uuid REFERENCES customer, share percent,
        placed timestamp(0), note text, tags text[], price numeric(10,2), twice numeric GENERATED ALWAYS AS (price * 2) STORED);
      CREATE TABLE product (sku text PRIMARY KEY, weight float8, size int4range, at time, took interval, net inet);
      CREATE TABLE billing.line (
        order_id integer REFERENCES billing."Order", line_no smallint, product_sku text NOT NULL REFERENCES product,
        qty integer, "select" boolean, PRIMARY KEY (order_id, line_no));
      INSERT INTO product VALUES ('first');
      """;

  private static final List<TableName> TABLES =
      List.of(
          new TableName("billing", "Order"),
          new TableName("billing", "line"),
          new TableName("public", "customer"),
          new TableName("public", "product"));

  private static Database source() throws SQLException {
    TestDatabase database = TestServers.newDatabase("workload");
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(SCHEMA);
    }
    return new Database(
        database.host(), database.port(), database.name(), database.user(), database.password());
  }

  private static String content(Database source) throws SQLException {
    StringBuilder content = new StringBuilder();
    try (Connection connection = source.connect("test");
        Statement statement = connection.createStatement()) {
      for (TableName table : TABLES) {
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM "
                    + table.quoted()
                    + " t");
        row.next();
        content
            .append(table)
            .append(' ')
            .append(row.getString(1))
            .append(' ')
            .append(row.getString(2))
            .append('\n');
      }
    }
    return content.toString();
  }

  @Test
  void a_storm_makes_every_kind_of_change() throws SQLException {
    try (RandomWorkload storm = new RandomWorkload(source(), TABLES, 7, WorkloadShape.STORM)) {
      for (int i = 0; i < 600; i++) {
        storm.transaction();
      }

      assertThat(storm.counts())
          .containsOnlyKeys(ChangeKind.values())
          .allSatisfy((kind, count) -> assertThat(count).as(kind.name()).isPositive());
    }
  }

  @Test
  void the_same_seed_makes_the_same_changes() throws SQLException {
    Database one = source();
    Database other = source();
    for (Database source : List.of(one, other)) {
      try (RandomWorkload storm = new RandomWorkload(source, TABLES, 42, WorkloadShape.STORM)) {
        for (int i = 0; i < 200; i++) {
          storm.transaction();
        }
      }
    }

    assertThat(content(one)).isEqualTo(content(other)).doesNotContain(" 0 ");
  }

  @Test
  void calm_changes_keep_their_pace_and_their_bounds() throws Exception {
    Database source = source();
    RandomWorkload calm = new RandomWorkload(source, TABLES, 1);
    Thread thread = new Thread(() -> calm.run(400));
    long began = System.nanoTime();
    thread.start();
    await().atMost(Duration.ofMinutes(1)).until(() -> made(calm) >= 1_000);
    // However slow the machine is; never faster than asked.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(2));
    calm.close();
    thread.join(Duration.ofMinutes(1).toMillis());

    assertThat(thread.isAlive()).isFalse();
    assertThat(calm.counts()).doesNotContainKeys(ChangeKind.TRUNCATE, ChangeKind.LARGE_VALUE);
  }

  private static long made(RandomWorkload workload) {
    return workload.counts().values().stream().mapToLong(Long::longValue).sum();
  }
}
