package io.headrace.bench;

import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * The yardstick: the Debezium engine alone, its records counted and dropped. The order {@code read
 * N} runs it until it has given N rows or changes.
 */
final class BareProcess {

  /** Of its slot and publication. */
  static final String NAME = "headrace_bench_bare";

  private final int port;
  private final Path data;

  private BareProcess(int port, Path data) {
    this.port = port;
    this.data = data;
  }

  /**
   * Serves orders.
   *
   * @param arguments the source's port on this machine, the folder for the engine's offsets
   */
  public static void main(String[] arguments) throws IOException {
    BareProcess process = new BareProcess(Integer.parseInt(arguments[0]), Path.of(arguments[1]));
    JavaProcess.serve(order -> process.read(Long.parseLong(order.substring("read ".length()))));
  }

  private String read(long rows) throws Exception {
    AtomicLong missing = new AtomicLong(rows);
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine =
        DebeziumEngine.create(Connect.class)
            .using(properties())
            .using(
                (success, message, error) -> {
                  failure.set(error == null ? new IllegalStateException(message) : error);
                  done.countDown();
                })
            .notifying((records, committer) -> drop(records, committer, missing, done))
            .build()) {
      thread.execute(engine);
      done.await();
      if (missing.get() > 0) {
        throw new IOException("the engine ended with " + missing + " rows missing", failure.get());
      }
      return "read";
    } finally {
      thread.shutdown();
    }
  }

  private static void drop(
      List<ChangeEvent<SourceRecord, SourceRecord>> records,
      DebeziumEngine.RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer,
      AtomicLong missing,
      CountDownLatch done)
      throws InterruptedException {
    committer.markProcessed(records.get(records.size() - 1));
    committer.markBatchFinished();
    if (missing.addAndGet(-records.size()) <= 0) {
      done.countDown();
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("name", NAME);
    properties.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    properties.setProperty(
        "offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
    properties.setProperty("offset.storage.file.filename", data.resolve("bare-offsets").toString());
    properties.setProperty("database.hostname", "127.0.0.1");
    properties.setProperty("database.port", Integer.toString(port));
    properties.setProperty("database.user", "postgres");
    properties.setProperty("database.password", "postgres");
    properties.setProperty("database.dbname", "postgres");
    properties.setProperty("topic.prefix", NAME);
    properties.setProperty("plugin.name", "pgoutput");
    properties.setProperty("slot.name", NAME);
    properties.setProperty("publication.name", NAME);
    properties.setProperty("publication.autocreate.mode", "filtered");
    properties.setProperty(
        "table.include.list",
        "public.course,public.stream,public.stream_module,public.stream_module_lesson");
    properties.setProperty("tombstones.on.delete", "false");
    properties.setProperty("message.prefix.exclude.list", "headrace.*");
    properties.setProperty("max.batch.size", "8192");
    properties.setProperty("max.queue.size", "32768");
    return properties;
  }
}
