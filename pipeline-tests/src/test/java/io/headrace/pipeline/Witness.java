package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.cli.workload.RandomWorkload;
import io.headrace.cli.workload.WorkloadShape;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The promise under test: one writer who writes down every state of the source, one reader who
 * looks at the warehouse all the while, and the judgement at the end.
 */
final class Witness implements AutoCloseable {

  private static final Duration SEEN_WITHIN = Duration.ofMinutes(1);

  private final Setup setup;
  private final Example example;
  private final History history = new History();
  private final Writer writer;
  private final Reader reader;

  Witness(Setup setup, Example example, long seed) throws SQLException {
    this.setup = setup;
    this.example = example;
    Checksums checksums = Checksums.of(setup);
    // The storm's TRUNCATE would leave nothing to fan out.
    WorkloadShape shape = WorkloadShape.STORM.withoutTruncate();
    RandomWorkload workload = new RandomWorkload(setup.source(), setup.tables(), seed, shape);
    writer = new Writer(setup, checksums, history, workload);
    reader = Reader.start(setup, checksums);
  }

  /** The only one who may write into the source. */
  Writer writer() {
    return writer;
  }

  /**
   * Lets the storm blow, with fan-outs, for a while and until the reader has seen something of it.
   */
  void storm(Duration atLeast, Runnable check) throws SQLException {
    long seen = reader.positions();
    storm(atLeast, check, () -> reader.positions() >= seen + 3);
  }

  /** The same while nothing can arrive. */
  void stormUnseen(Duration duration, Runnable check) throws SQLException {
    storm(duration, check, () -> true);
  }

  private void storm(Duration atLeast, Runnable check, BooleanSupplier enough) throws SQLException {
    writer.resume(example.fanOut());
    long start = System.nanoTime();
    while (System.nanoTime() - start < atLeast.toNanos()
        || (!enough.getAsBoolean() && System.nanoTime() - start < SEEN_WITHIN.toNanos())) {
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      check.run();
      writer.check();
    }
    writer.pause();
  }

  /** Waits until warehouse and source are equal; nothing may write. */
  void converge(Duration within, Runnable check) throws SQLException {
    Convergence.assertEqual(setup, within, check);
  }

  /**
   * Asserts that no reference in the warehouse was ever broken; one that was is enforced no more.
   */
  private void assertReferencesKept() throws SQLException {
    try (Connection warehouse = setup.warehouse().connect("witness");
        Statement statement = warehouse.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT conenforced")) {
      row.next();
      assertThat(row.getInt(1)).as("foreign keys of the warehouse that lost their force").isZero();
    }
  }

  /** What broke the promise so far. */
  List<String> objections() {
    return reader.objections(history);
  }

  /** Asserts that nothing did, and that there was something to see. */
  void assertKept(int positions) throws SQLException {
    System.out.printf(
        "[headrace] %s, %d partitions: %d states of the source, %d reads of the warehouse at %d positions%n",
        example, setup.partitions(), history.size(), reader.reads(), reader.positions());
    List<String> objections = objections();
    assertThat(objections.stream().limit(10).toList())
        .as(
            "%d of %d different readings break the promise",
            objections.size(), reader.readings().size())
        .isEmpty();
    assertThat(reader.positions())
        .as("positions that the reader saw")
        .isGreaterThanOrEqualTo(positions);
    assertReferencesKept();
  }

  @Override
  public void close() throws SQLException {
    try {
      writer.close();
    } finally {
      reader.close();
    }
  }
}
