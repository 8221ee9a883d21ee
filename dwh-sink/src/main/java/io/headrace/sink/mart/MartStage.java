package io.headrace.sink.mart;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.headrace.sink.SqlFailure;
import io.headrace.sink.WarehouseSchema;
import io.headrace.stage.Database;
import io.headrace.stage.Stage;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the marts: creates them from their files, fills them after a first load, and refreshes them
 * when they are due or somebody asks. It runs beside each sink; however many run, each refresh is
 * done once.
 */
public final class MartStage implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(MartStage.class);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 4;

  private final Database warehouse;
  private final Map<String, MartFile> files;
  private final Clock clock;
  private final StageListener listener;
  private final AtWork atWork = new AtWork();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean started;
  private boolean toldTrouble;

  /**
   * A stage that has not begun.
   *
   * @param files the marts that are declared
   * @param clock what the time is
   */
  public MartStage(Database warehouse, List<MartFile> files, Clock clock, StageListener listener) {
    this.warehouse = warehouse;
    this.files = files.stream().collect(Collectors.toMap(MartFile::name, Function.identity()));
    this.clock = clock;
    this.listener = listener;
  }

  @Override
  public void run() {
    started = true;
    try {
      boolean over = false;
      while (!over) {
        try {
          runOnce();
        } catch (SQLException e) {
          trouble(e);
        }
        over = pause(AFTER_TROUBLE);
      }
    } finally {
      ended.countDown();
    }
  }

  private void trouble(SQLException e) {
    SqlFailure failure = new SqlFailure(e);
    LOG.warn("the marts' scheduler begins again", e);
    if (!failure.passes()) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The marts cannot be kept in " + warehouse + ": " + failure.sentence(),
          e);
    }
    if (!toldTrouble) {
      listener.says("The marts' scheduler cannot work: " + failure.sentence() + " It tries again.");
      toldTrouble = true;
    }
  }

  private void runOnce() throws SQLException {
    WarehouseSchema.migrateOwn(warehouse);
    try (Connection connection = warehouse.connect(MartRuns.APPLICATION);
        HikariDataSource connections = connections();
        MartScheduler scheduler =
            new MartScheduler(
                connections,
                files,
                clock,
                new MartRun(warehouse, files, clock, atWork, listener))) {
      MartRuns.showAlive(connection);
      MartPlan plan = new MartPlan(files, clock, listener);
      plan.bring(connection, scheduler);
      scheduler.start();
      do {
        toldTrouble = false;
        plan.fillAfterFirstLoad(connection);
        MartStop.endOver(connection);
        new MartQueue(connection).open().forEach(scheduler::wake);
        atWork.cancelWished(connection);
      } while (!pause(LOOK));
      atWork.stop(STOPS_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HikariDataSource connections() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(warehouse.jdbcUrl());
    config.setUsername(warehouse.user());
    config.setPassword(warehouse.password());
    config.addDataSourceProperty("ApplicationName", MartRuns.APPLICATION);
    config.setPoolName("headrace-marts");
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    return new HikariDataSource(config);
  }

  private boolean pause(Duration duration) {
    try {
      return closing.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    atWork.stop();
    try {
      if (started && !ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the marts' scheduler has not ended in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
