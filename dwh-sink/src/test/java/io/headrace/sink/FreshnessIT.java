package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the views and functions of the schema tell. */
class FreshnessIT {
  private final StarFixture family = Family.fixture();

  @BeforeEach
  void migrate() {
    WarehouseSchema.migrateOwn(family.warehouseAddress());
  }

  private void position(String committed) {
    family.inWarehouse(
        "DELETE FROM headrace.position; INSERT INTO headrace.position VALUES (7, '0/10', '"
            + committed
            + "', 'g', clock_timestamp())");
  }

  private void mergedAgo(String interval) {
    family.inWarehouse(
        "UPDATE headrace.position SET merged_at = clock_timestamp() - interval '" + interval + "'");
  }

  private void clock(String sourceAhead, String bound, String measured) {
    family.inWarehouse(
        "INSERT INTO headrace.clock VALUES ('%s', '%s', %s)"
            .formatted(sourceAhead, bound, measured));
  }

  @Test
  void claims_nothing_before_the_first_load() {
    assertThat(family.rows("SELECT name, kind, complete_to, age FROM headrace.freshness"))
        .containsExactly("star,star,null,null");
  }

  @Test
  void tells_no_age_while_the_clocks_have_not_been_compared() {
    position("2026-01-01 09:00:00Z");
    assertThat(
            family.rows(
                "SELECT complete_to = '2026-01-01 09:00:00Z', age, age_bound FROM headrace.freshness"))
        .containsExactly("t,null,null");
  }

  @Test
  void an_age_is_at_least_the_true_one() {
    family.inWarehouse(
        "INSERT INTO headrace.position SELECT 7, '0/10', clock_timestamp() + interval '1 hour', 'g', now()");
    clock("1 hour", "100 ms", "clock_timestamp()");
    assertThat(
            family.rows(
                """
                SELECT age BETWEEN interval '100 ms' AND interval '5 s',
                  age_bound BETWEEN interval '200 ms' AND interval '300 ms' FROM headrace.freshness"""))
        .containsExactly("t,t");
  }

  @Test
  void the_bound_grows_while_the_clocks_are_not_compared() {
    position("2026-01-01 09:00:00Z");
    clock("0", "0", "clock_timestamp() - interval '1000 s'");
    mergedAgo("1000 s");
    assertThat(
            family.rows(
                "SELECT age_bound BETWEEN interval '2 s' AND interval '2.1 s' FROM headrace.freshness"))
        .containsExactly("t");
  }

  @Test
  void tells_no_age_of_a_commit_that_came_long_after_the_clocks_were_compared() {
    position("2026-01-01 09:00:00Z");
    clock("0", "0", "clock_timestamp() - interval '40 s'");
    mergedAgo("40 s");
    assertThat(family.rows("SELECT age IS NOT NULL FROM headrace.freshness")).containsExactly("t");
    family.inWarehouse("UPDATE headrace.position SET merged_at = clock_timestamp()");
    assertThat(family.rows("SELECT complete_to IS NOT NULL, age FROM headrace.freshness"))
        .containsExactly("t,null");
  }

  @Test
  void tells_of_every_table_and_of_the_marts_as_they_were_last_refreshed() {
    position("2026-01-01 09:00:00Z");
    family.inWarehouse(
        """
        CREATE MATERIALIZED VIEW m AS SELECT 1;
        INSERT INTO headrace.star VALUES ('f', 'g', 'f.sql', 'SELECT'), ('d', 'g', 'd.sql', 'SELECT');
        INSERT INTO headrace.last_change VALUES ('f', '2026-01-01 08:00:00Z');
        INSERT INTO headrace.mart_refresh (mart, trigger, due, finished, state, complete_to) VALUES
          ('gone', 'manual', now(), '2026-01-01 07:00:00Z', 'done', '2026-01-01 07:00:00Z'),
          ('m', 'manual', now(), '2026-01-01 07:00:00Z', 'done', '2026-01-01 07:00:00Z'),
          ('m', 'manual', now(), '2026-01-01 08:00:00Z', 'done', '2026-01-01 08:00:00Z'),
          ('m', 'manual', now(), '2026-01-01 09:00:00Z', 'failed', NULL)""");
    assertThat(
            family.rows(
                """
                SELECT name, kind, complete_to AT TIME ZONE 'UTC', last_change AT TIME ZONE 'UTC'
                FROM headrace.freshness"""))
        .containsExactly(
            "star,star,2026-01-01 09:00:00,2026-01-01 08:00:00",
            "d,table,2026-01-01 09:00:00,null",
            "f,table,2026-01-01 09:00:00,2026-01-01 08:00:00",
            "m,mart,2026-01-01 08:00:00,null");
  }

  @Test
  void reads_the_live_position_after_a_replay_has_put_another_in_its_place() throws Exception {
    position("2026-01-01 09:00:00Z");
    try (Connection reader = family.warehouseAddress().connect("reader")) {
      for (int i = 0; i < 10; i++) {
        assertThat(complete(reader)).isEqualTo("2026-01-01 09:00:00");
      }
      family.inWarehouse(
          """
          CREATE SCHEMA old;
          CREATE TABLE public.position (LIKE headrace.position);
          INSERT INTO public.position VALUES (8, '0/20', '2026-01-01 10:00:00Z', 'g', clock_timestamp());
          ALTER TABLE headrace.position SET SCHEMA old;
          ALTER TABLE public.position SET SCHEMA headrace;""");
      assertThat(complete(reader)).isEqualTo("2026-01-01 10:00:00");
      family.inWarehouse("DROP SCHEMA old CASCADE");
      assertThat(complete(reader)).isEqualTo("2026-01-01 10:00:00");
    }
  }

  private static String complete(Connection reader) throws SQLException {
    try (Statement statement = reader.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT complete_to AT TIME ZONE 'UTC' FROM headrace.freshness WHERE kind = 'star'")) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void anybody_may_read_it() throws Exception {
    position("2026-01-01 09:00:00Z");
    family.inWarehouse("INSERT INTO headrace.star VALUES ('f', 'g', 'f.sql', 'SELECT')");
    String role = "nobody_" + System.nanoTime();
    family.inWarehouse("CREATE ROLE " + role);
    try (Connection connection = family.warehouseAddress().connect("nobody");
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE " + role);
      assertThat(StarFixture.rows(statement, "SELECT count(*) FROM headrace.freshness"))
          .containsExactly("2");
      assertThat(StarFixture.rows(statement, "SELECT count(*) FROM headrace.known_at(now())"))
          .containsExactly("0");
      assertThat(
              StarFixture.rows(statement, "SELECT count(*) FROM headrace.history(now(), '1 min')"))
          .containsExactly("0");
    } finally {
      family.inWarehouse("DROP ROLE " + role);
    }
  }

  @Test
  void knows_what_was_known() {
    family.inWarehouse(
        """
        INSERT INTO headrace.freshness_history VALUES
          ('2026-01-01 08:59:55Z', '2026-01-01 08:59:53Z', 1, '0/1'),
          ('2026-01-01 09:00:05Z', '2026-01-01 09:00:03Z', 2, '0/2')""");
    assertThat(
            family.rows(
                "SELECT epoch, complete_to AT TIME ZONE 'UTC' FROM headrace.known_at('2026-01-01 09:00:00Z')"))
        .containsExactly("1,2026-01-01 08:59:53");
    assertThat(family.rows("SELECT * FROM headrace.known_at('2026-01-01 08:00:00Z')")).isEmpty();
  }

  @Test
  void adds_histograms_up() {
    family.inWarehouse(
        """
        INSERT INTO headrace.latency_history VALUES
          ('2026-01-01 09:00:00Z', 'total', 5, 98, 0.0019, '{8}', '{98}'),
          ('2026-01-01 09:00:10Z', 'total', 7, 2, 1.5, '{8,88}', '{1,1}'),
          ('2026-01-01 09:01:00Z', 'total', 1, 1, 0.003, '{13}', '{1}')""");
    assertThat(
            family.rows(
                """
                SELECT at AT TIME ZONE 'UTC', hop, changes, epochs, p50, p95, p99, max
                FROM headrace.history('2026-01-01 09:00:00Z', '1 minute')"""))
        .containsExactly(
            "2026-01-01 09:00:00,total,12,100,0.002,0.002,0.002,1.5",
            "2026-01-01 09:01:00,total,1,1,0.003,0.003,0.003,0.003");
  }

  @Test
  void old_history_becomes_coarser_and_tells_the_same() {
    family.inWarehouse(
        """
        INSERT INTO headrace.latency_history
        SELECT date_trunc('hour', now() - interval '5 days') + n * interval '10 s', hop, 3, 2, n, '{8,16}', '{1,1}'
        FROM generate_series(0, 11) n, unnest('{sink,total}'::text[]) hop;
        INSERT INTO headrace.freshness_history
        SELECT date_trunc('hour', now() - interval '5 days') + n * interval '10 s', now(), n, '0/1'
        FROM generate_series(0, 11) n;
        INSERT INTO headrace.freshness_history VALUES (now() - interval '401 days', now(), 99, '0/1');
        """);
    String told = "SELECT * FROM headrace.history(now() - interval '9 days', '1 hour')";
    List<String> before = family.rows(told);
    family.inWarehouse("SELECT headrace.thin_history()");
    family.inWarehouse("SELECT headrace.thin_history()");
    assertThat(
            family.rows("SELECT hop, count(*) FROM headrace.latency_history GROUP BY 1 ORDER BY 1"))
        .containsExactly("sink,2", "total,2");
    assertThat(family.rows(told)).isEqualTo(before).isNotEmpty();
    assertThat(family.rows("SELECT epoch FROM headrace.freshness_history ORDER BY at"))
        .containsExactly("5", "11");
  }
}
