package io.headrace.sink.mart;

import static org.awaitility.Awaitility.await;

import io.headrace.sink.WarehouseSchema;
import io.headrace.stage.Database;
import io.headrace.star.StarFile;
import io.headrace.testing.TestDatabase;
import io.headrace.testing.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A warehouse with a star of one table, which the test moves on itself as a sink would. */
final class MartWarehouse {
  static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  static final String NINE = "0 9 * * *";

  final TestDatabase database = TestServers.newDatabase("marts");

  MartWarehouse(String sql) {
    WarehouseSchema.migrateOwn(address());
    execute("CREATE TABLE f_t (id integer PRIMARY KEY, n integer); " + sql);
  }

  Database address() {
    return new Database(
        database.host(), database.port(), database.name(), database.user(), database.password());
  }

  /** The star shows an epoch, committed then. */
  void shows(long epoch, String committed) {
    execute(
        "DELETE FROM headrace.position; INSERT INTO headrace.position VALUES ("
            + epoch
            + ", '0/"
            + Long.toHexString(epoch * 16)
            + "', '"
            + committed
            + "', 'g', now())");
  }

  /** And did so for the first time. */
  void loaded() {
    execute("INSERT INTO headrace.first_load (generation, loaded_at) VALUES ('g', now())");
  }

  /** And the marts are full. */
  void filled(String... marts) {
    execute("INSERT INTO headrace.first_load VALUES ('g', now(), now())");
    for (String mart : marts) {
      execute("REFRESH MATERIALIZED VIEW " + mart);
    }
  }

  static MartFile mart(String name, String sql, String cron) {
    return mart(name, sql, rules(cron, CutOff.TRIGGER, Duration.ofMinutes(5), false));
  }

  static MartFile mart(String name, String sql, MartRules rules) {
    return new MartFile(new StarFile(Path.of(name + ".sql"), name, sql), rules, List.of("id"));
  }

  static MartRules rules(String cron, CutOff cutOff, Duration patience, boolean incomplete) {
    return new MartRules(
        new MartSchedule(cron, BERLIN),
        BERLIN,
        cutOff,
        patience,
        incomplete,
        Duration.ofMinutes(1),
        3);
  }

  void execute(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Rows, fields between commas. */
  List<String> rows(String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        List<String> fields = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          fields.add(String.valueOf(row.getString(i)));
        }
        rows.add(String.join(",", fields));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  void awaitRows(String sql, String... rows) {
    await(sql)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> org.assertj.core.api.Assertions.assertThat(rows(sql)).containsExactly(rows));
  }

  /** Sessions that read again and again and wait for no lock longer than 100 ms. */
  Readers readers(String query, int number) {
    return new Readers(this, query, number);
  }

  static final class Readers implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong reads = new AtomicLong();
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();

    private Readers(MartWarehouse warehouse, String query, int number) {
      for (int i = 0; i < number; i++) {
        ends.add(CompletableFuture.runAsync(() -> read(warehouse, query)));
      }
    }

    private void read(MartWarehouse warehouse, String query) {
      try (Connection connection = warehouse.database.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("SET lock_timeout = '100ms'");
        while (!over.get()) {
          statement.executeQuery(query).close();
          reads.incrementAndGet();
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    long reads() {
      return reads.get();
    }

    @Override
    public void close() throws Exception {
      over.set(true);
      for (CompletableFuture<Void> end : ends) {
        end.get(1, TimeUnit.MINUTES);
      }
    }
  }
}
