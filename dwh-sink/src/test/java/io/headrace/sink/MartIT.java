package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.stage.StageListener;
import io.headrace.testing.TestServers;
import io.headrace.wire.EpochMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The marts and the warehouse's migrations. */
class MartIT {
  private static final StageListener SILENT =
      new StageListener() {
        @Override
        public void says(String sentence) {}

        @Override
        public void progress(String work, long done, long total) {}

        @Override
        public void completed(EpochMark epoch) {}
      };

  private final StarFixture warehouse =
      new StarFixture(
          TestServers.newDatabase("mart"),
          "CREATE TABLE t (id integer PRIMARY KEY)",
          Map.of("f_t", "SELECT id FROM t"));

  @Test
  void refreshesEachAfterThoseThatItReads() {
    warehouse.inWarehouse(
        """
        CREATE TABLE f_t (id integer PRIMARY KEY);
        CREATE MATERIALIZED VIEW z AS SELECT id FROM f_t WITH NO DATA;
        CREATE VIEW between_them AS SELECT id + 1 AS id FROM z;
        CREATE MATERIALIZED VIEW a AS SELECT id FROM between_them WITH NO DATA;
        CREATE UNIQUE INDEX ON a (id);
        CREATE UNIQUE INDEX ON z (id);
        INSERT INTO f_t VALUES (1);
        """);
    assertThat(MartRefresh.refresh(warehouse.warehouseAddress(), SILENT))
        .containsExactly("public.z", "public.a");
    assertThat(warehouse.rows("SELECT * FROM a")).containsExactly("2");
    warehouse.inWarehouse("INSERT INTO f_t VALUES (5)");
    MartRefresh.refresh(warehouse.warehouseAddress(), SILENT);
    assertThat(warehouse.rows("SELECT * FROM a ORDER BY id")).containsExactly("2", "6");
  }

  @Test
  void doesNotDisturbReaders() throws Exception {
    warehouse.inWarehouse(
        """
        CREATE TABLE f_t (id integer PRIMARY KEY);
        INSERT INTO f_t SELECT generate_series(1, 1000);
        CREATE MATERIALIZED VIEW m AS SELECT id FROM f_t;
        CREATE UNIQUE INDEX ON m (id);
        INSERT INTO f_t VALUES (0);
        """);
    try (Connection reader = warehouse.warehouse.connect();
        Statement query = reader.createStatement()) {
      reader.setAutoCommit(false);
      query.execute("SET lock_timeout = '100ms'");
      assertThat(StarFixture.rows(query, "SELECT count(*) FROM m")).containsExactly("1000");
      CompletableFuture<List<String>> refresh =
          CompletableFuture.supplyAsync(
              () -> MartRefresh.refresh(warehouse.warehouseAddress(), SILENT));
      while (!refresh.isDone()) {
        assertThat(StarFixture.rows(query, "SELECT count(*) FROM m").get(0)).isIn("1000", "1001");
      }
      assertThat(refresh.get()).containsExactly("public.m");
      assertThat(StarFixture.rows(query, "SELECT count(*) FROM m")).containsExactly("1001");
    }
  }

  @Test
  void refusesOneThatCouldNotBeRefreshedBesideItsReaders() {
    warehouse.inWarehouse(
        "CREATE TABLE f_t (id integer PRIMARY KEY); CREATE MATERIALIZED VIEW m AS SELECT id FROM f_t");
    assertThatThrownBy(() -> MartRefresh.refresh(warehouse.warehouseAddress(), SILENT))
        .hasMessage(
            "The materialized view public.m must have a unique index on plain columns, or refreshing it would block"
                + " its readers, but has none: CREATE UNIQUE INDEX ON \"public\".\"m\" (...);");
  }

  @Test
  void migrationsPutTheStarWhereItIsFoundAndTheirHistoryAside(@TempDir Path folder)
      throws IOException {
    Files.writeString(folder.resolve("V1__star.sql"), "CREATE TABLE f_t (id integer PRIMARY KEY);");
    WarehouseSchema.migrate(warehouse.warehouseAddress(), folder);
    Files.writeString(folder.resolve("V2__more.sql"), "CREATE TABLE f_u (LIKE f_t);");
    WarehouseSchema.migrate(warehouse.warehouseAddress(), folder);
    assertThat(
            warehouse.rows(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"))
        .containsExactly("f_t", "f_u");
    assertThat(warehouse.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'headrace'"))
        .contains("schema_history", "star_history");
    Files.writeString(folder.resolve("V3__wrong.sql"), "CREATE TABLE f_v (id nonsense);");
    assertThatThrownBy(() -> WarehouseSchema.migrate(warehouse.warehouseAddress(), folder))
        .hasMessageContaining("V3__wrong.sql")
        .hasMessageContaining("type \"nonsense\" does not exist");
    assertThatThrownBy(
            () -> WarehouseSchema.migrate(warehouse.warehouseAddress(), folder.resolve("none")))
        .hasMessageEndingWith("must be a folder of migrations such as V1__star.sql but is none");
  }
}
