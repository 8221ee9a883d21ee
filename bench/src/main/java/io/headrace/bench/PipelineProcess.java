package io.headrace.bench;

import io.headrace.capture.Capture;
import io.headrace.capture.CaptureSettings;
import io.headrace.embedded.LocalKafka;
import io.headrace.sink.Sink;
import io.headrace.sink.SinkSettings;
import io.headrace.sink.WarehouseSchema;
import io.headrace.stage.Daemons;
import io.headrace.stage.Database;
import io.headrace.stage.Stage;
import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.star.StarCompiler;
import io.headrace.star.StarFiles;
import io.headrace.transform.Transform;
import io.headrace.transform.TransformSettings;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What {@code up} has in its process: the broker and the three stages. The broker runs all the
 * time; the orders {@code start} and {@code stop} are for the stages, {@code check} tells whether
 * they run.
 */
final class PipelineProcess {

  private static final Topics TOPICS = new Topics("bench");

  private final Database source;
  private final Database warehouse;
  private final Path sql;
  private final Path data;
  private final short partitions;
  private final int threads;
  private final String brokers;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private List<Stage> stages = List.of();

  private PipelineProcess(String[] arguments, Path data, String brokers) {
    this.source = database(arguments[0]);
    this.warehouse = database(arguments[1]);
    this.sql = Path.of(arguments[2]);
    this.data = data;
    this.partitions = Short.parseShort(arguments[4]);
    this.threads = Integer.parseInt(arguments[5]);
    this.brokers = brokers;
  }

  /**
   * Serves orders.
   *
   * @param arguments ports of source and warehouse on this machine, the folder of the SQL, the
   *     folder for data, the number of partitions, the number of stream threads
   */
  public static void main(String[] arguments) throws IOException {
    Path data = Path.of(arguments[3]);
    try (LocalKafka kafka = LocalKafka.start(new LocalKafka.Settings(data.resolve("kafka"), 0))) {
      PipelineProcess process = new PipelineProcess(arguments, data, kafka.bootstrapServers());
      JavaProcess.serve(process::obey);
      process.stop();
    }
  }

  private static Database database(String port) {
    return new Database("127.0.0.1", Integer.parseInt(port), "postgres", "postgres", "postgres");
  }

  private String obey(String order) throws SQLException {
    switch (order) {
      case "start" -> start();
      case "stop" -> stop();
      case "check" -> check();
      default -> throw new IllegalArgumentException("the order must be known but was " + order);
    }
    return "done";
  }

  private void start() throws SQLException {
    WarehouseSchema.migrate(warehouse, sql.resolve("warehouse"));
    Star star = compile();
    StageListener listener = new Silence();
    short replicas = 1;
    List<Stage> started = new ArrayList<>();
    started.add(
        new Capture(
            new CaptureSettings(source, brokers, TOPICS, partitions, replicas, false),
            star,
            listener));
    started.add(
        new Transform(
            new TransformSettings(brokers, TOPICS, data.resolve("state"), threads, replicas, true),
            star,
            listener));
    started.add(new Sink(new SinkSettings(warehouse, brokers, TOPICS), star, listener));
    stages = List.copyOf(started);
    stages.forEach(this::run);
  }

  private Star compile() throws SQLException {
    try (Connection from = source.connect("headrace bench");
        Connection to = warehouse.connect("headrace bench")) {
      return StarCompiler.compile(StarFiles.read(sql), from, to);
    }
  }

  private void run(Stage stage) {
    Daemons.start(
        stage.getClass().getSimpleName(),
        () -> {
          try {
            stage.run();
          } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
          }
        });
  }

  private void stop() {
    stages.forEach(Stage::close);
    stages = List.of();
    check();
  }

  private void check() {
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException("a stage failed: " + cause.getMessage(), cause);
    }
  }

  /** Nobody listens. */
  private static final class Silence implements StageListener {
    @Override
    public void says(String sentence) {}

    @Override
    public void progress(String work, long done, long total) {}

    @Override
    public void completed(EpochMark epoch) {}
  }
}
