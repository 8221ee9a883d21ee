package io.headrace.bench;

import io.headrace.stage.Database;
import io.headrace.star.StarFile;
import io.headrace.star.StarFiles;
import io.headrace.wire.Lsn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One run of all phases. */
final class Run {

  private static final String PIPELINE = "pipeline";

  /** So rarely that looking takes next to nothing from what is looked at. */
  private static final Duration POLL = Duration.ofMillis(20);

  private static final Duration CHECK = Duration.ofSeconds(1);
  private static final int WARM_UP_SECONDS = 10;

  private final Options options;
  private final Scale scale;
  private final Path data;
  private final List<StarFile> star;
  private final SchoolChanges changes;

  Run(Options options, Scale scale, Path data) {
    this.options = options;
    this.scale = scale;
    this.data = data;
    this.star = StarFiles.read(options.sql);
    this.changes = new SchoolChanges(scale, options.seed);
  }

  /** Does it all: starts the servers, measures, stops them. */
  Figures figures() throws IOException, SQLException {
    say("starting the databases in %s", data);
    try (Servers servers = Servers.start(data)) {
      Database source = servers.source();
      Database warehouse = servers.warehouse();
      say("filling the source: %,d rows", scale.rows());
      School.fill(source, options.sql.resolve("source"), scale);
      double bareSnapshot = options.bare ? bareSnapshot(source) : 0;
      Map<String, ProcessTree> trees = new LinkedHashMap<>();
      trees.put("source", Servers.tree(source));
      trees.put("warehouse", Servers.tree(warehouse));
      try (JavaProcess pipeline = pipeline(source, warehouse)) {
        trees.put(PIPELINE, pipeline.tree());
        Usage usage = new Usage(trees);
        try (MemoryWatch memory = new MemoryWatch(usage)) {
          double snapshot = scale.rows() / toEquality(pipeline, source, warehouse);
          pipeline.tell("stop");
          List<Figures.Drain> drains = new ArrayList<>();
          for (int i = 0; i < options.drains; i++) {
            drains.add(drain(pipeline, source, warehouse, usage));
          }
          Figures.@Nullable Bare bare = options.bare ? bare(source, bareSnapshot, trees) : null;
          Figures.Latencies latency = latency(pipeline, source, warehouse);
          pipeline.tell("stop");
          return new Figures(
              snapshot, Figures.Drain.middle(drains), latency, memory.peak(), memory.peaks(), bare);
        }
      }
    }
  }

  private Figures.Drain drain(
      JavaProcess pipeline, Database source, Database warehouse, Usage usage)
      throws IOException, SQLException {
    write(source);
    Map<String, Duration> before = usage.processorTimes();
    double rate = options.changes / toLastCommit(pipeline, source, warehouse);
    Map<String, Double> cpu = usage.secondsPerThousand(before, options.changes);
    compare(source, warehouse); // only now: its time is not the pipeline's
    pipeline.tell("stop");
    return new Figures.Drain(rate, cpu);
  }

  private JavaProcess pipeline(Database source, Database warehouse) throws IOException {
    say("starting the broker");
    JavaProcess process =
        JavaProcess.start(
            "the pipeline",
            PipelineProcess.class,
            data.resolve("pipeline.log"),
            options.javaOptions,
            List.of(
                Integer.toString(source.port()),
                Integer.toString(warehouse.port()),
                options.sql.toAbsolutePath().toString(),
                data.toString(),
                Integer.toString(options.partitions),
                Integer.toString(options.threads)));
    process.tell("check");
    return process;
  }

  /** Seconds from the stages' start until the warehouse shows the source's last commit. */
  private double toLastCommit(JavaProcess pipeline, Database source, Database warehouse)
      throws IOException, SQLException {
    Lsn written = written(source);
    say("starting the stages");
    long start = System.nanoTime();
    pipeline.tell("start");
    try (Progress progress = new Progress(warehouse)) {
      awaitShown(pipeline, progress, written);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    say("the warehouse shows the last commit after %.1f s", seconds);
    return seconds;
  }

  /** The same, and then both are compared. */
  private double toEquality(JavaProcess pipeline, Database source, Database warehouse)
      throws IOException, SQLException {
    double seconds = toLastCommit(pipeline, source, warehouse);
    compare(source, warehouse);
    return seconds;
  }

  private void compare(Database source, Database warehouse) throws SQLException {
    say("comparing");
    Equality.check(star, source, warehouse);
  }

  private static void awaitShown(JavaProcess pipeline, Progress progress, Lsn written)
      throws IOException, SQLException {
    long checked = System.nanoTime();
    while (progress.shown().compareTo(written) < 0) {
      if (System.nanoTime() - checked > CHECK.toNanos()) {
        pipeline.tell("check");
        checked = System.nanoTime();
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** A small commit of its own tells where the source stands. */
  private static Lsn written(Database source) throws SQLException {
    try (Connection connection = source.connect("headrace bench");
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE course SET title = title WHERE id = 1");
      return Progress.written(connection);
    }
  }

  private void write(Database source) throws SQLException {
    say("writing %,d changes while the stages are down", options.changes);
    try (Connection connection = source.connect("headrace bench");
        Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = off"); // the commit after them waits for all
      changes.write(connection, options.changes);
    }
    awaitEnd(source);
  }

  /** A server process that is still ending would have its time counted to what comes next. */
  private static void awaitEnd(Database source) throws SQLException {
    try (Connection connection = source.connect("headrace bench");
        PreparedStatement others =
            connection.prepareStatement(
                "SELECT EXISTS (SELECT FROM pg_stat_activity"
                    + " WHERE application_name = 'headrace bench' AND pid <> pg_backend_pid())")) {
      while (true) {
        try (ResultSet row = others.executeQuery()) {
          row.next();
          if (!row.getBoolean(1)) {
            return;
          }
        }
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  private Figures.Latencies latency(JavaProcess pipeline, Database source, Database warehouse)
      throws IOException, SQLException {
    double unused = toEquality(pipeline, source, warehouse);
    say("measuring the latency at %,d changes/s for %d s", options.rate, options.seconds);
    try (Progress progress = new Progress(warehouse)) {
      Percentiles percentiles =
          new Latency()
              .measure(
                  source,
                  progress,
                  changes,
                  options.rate,
                  options.rate * WARM_UP_SECONDS,
                  options.rate * options.seconds);
      return Figures.Latencies.of(percentiles);
    }
  }

  private double bareSnapshot(Database source) throws IOException {
    say("reading the snapshot with the bare engine");
    try (JavaProcess engine = bareEngine(source)) {
      long start = System.nanoTime();
      engine.tell("read " + scale.rows());
      return scale.rows() / ((System.nanoTime() - start) / 1e9);
    }
  }

  private Figures.Bare bare(
      Database source, double snapshotRate, Map<String, ProcessTree> processes)
      throws IOException, SQLException {
    say("reading the changes with the bare engine");
    int changes = options.drains * options.changes;
    // And those that told where the source stood before the snapshot and before each drain.
    int expected = changes + 1 + options.drains;
    try (JavaProcess engine = bareEngine(source)) {
      Map<String, ProcessTree> trees = new LinkedHashMap<>(processes);
      trees.put(PIPELINE, engine.tree());
      trees.remove("warehouse");
      Usage usage = new Usage(trees);
      Map<String, Duration> before = usage.processorTimes();
      long start = System.nanoTime();
      engine.tell("read " + expected);
      double seconds = (System.nanoTime() - start) / 1e9;
      Map<String, Double> cpu = usage.secondsPerThousand(before, changes);
      return new Figures.Bare(snapshotRate, new Figures.Drain(changes / seconds, cpu));
    } finally {
      dropSlot(source);
    }
  }

  private JavaProcess bareEngine(Database source) throws IOException {
    return JavaProcess.start(
        "the bare engine",
        BareProcess.class,
        data.resolve("bare.log"),
        List.of(),
        List.of(Integer.toString(source.port()), data.toString()));
  }

  /** The engine has ended, but its server process may take a moment to. */
  private static void dropSlot(Database source) throws SQLException {
    try (Connection connection = source.connect("headrace bench");
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          SELECT pg_terminate_backend(active_pid, 10000) FROM pg_replication_slots
          WHERE slot_name = '%1$s' AND active_pid IS NOT NULL;
          SELECT pg_drop_replication_slot('%1$s');
          DROP PUBLICATION "%1$s"
          """
              .formatted(BareProcess.NAME));
    }
  }

  private static void say(String sentence, Object... values) {
    System.err.println(String.format(java.util.Locale.ROOT, sentence, values));
  }
}
