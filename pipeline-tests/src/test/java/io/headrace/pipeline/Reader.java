package io.headrace.pipeline;

import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Somebody who looks at the warehouse again and again and remembers what there was. */
final class Reader implements AutoCloseable {

  private static final long PAUSE_MILLIS = 3;

  private final Connection warehouse;
  private final Checksums checksums;
  private final List<Checksums.Reading> readings = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::read, "reader");
  private volatile @Nullable SQLException failure;
  private long reads;

  private Reader(Connection warehouse, Checksums checksums) {
    this.warehouse = warehouse;
    this.checksums = checksums;
  }

  static Reader start(Setup setup, Checksums checksums) throws SQLException {
    Reader reader = new Reader(setup.warehouse().connect("reader"), checksums);
    try (Statement set = reader.warehouse.createStatement()) {
      set.execute("SET TimeZone = 'UTC'");
    }
    reader.thread.start();
    return reader;
  }

  private void read() {
    try {
      while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        Checksums.Reading reading = checksums.ofWarehouse(warehouse);
        synchronized (readings) {
          reads++;
          if (readings.isEmpty() || !readings.get(readings.size() - 1).equals(reading)) {
            readings.add(reading);
          }
        }
      }
    } catch (SQLException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How often it looked. */
  long reads() {
    synchronized (readings) {
      return reads;
    }
  }

  /** What it saw, in order, without repetitions. */
  List<Checksums.Reading> readings() {
    synchronized (readings) {
      return List.copyOf(readings);
    }
  }

  /** How many different positions it saw. */
  long positions() {
    return readings().stream().map(Checksums.Reading::position).distinct().count();
  }

  /** Everything that breaks the promise. */
  List<String> objections(History history) {
    List<String> objections = new ArrayList<>();
    Lsn last = new Lsn(0);
    for (Checksums.Reading reading : readings()) {
      String objection = history.objection(reading);
      if (objection != null) {
        objections.add(objection);
      }
      Lsn position = reading.position();
      if (position == null ? last.value() != 0 : position.compareTo(last) < 0) {
        objections.add("the position went back from " + last + " to " + position);
      }
      last = position == null ? last : position;
    }
    return objections;
  }

  @Override
  public void close() throws SQLException {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    warehouse.close();
    if (failure != null) {
      throw failure;
    }
  }
}
