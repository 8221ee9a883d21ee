package io.headrace.capture;

import io.headrace.star.TableName;
import io.headrace.wire.Lsn;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** What Debezium is told. */
final class EngineSettings {

  /**
   * Records in a batch. Debezium hands a batch over as soon as it is full, and one that is not only
   * after the interval below, of which it spends the last millisecond in a loop without a pause
   * (ChangeEventQueue.poll). The beginning of a small transaction, its rows and its end are three.
   */
  private static final int BATCH_RECORDS = 3;

  /** How long Debezium waits for a batch to become full, in milliseconds. */
  private static final int POLL_INTERVAL = 100;

  private static final int QUEUE_RECORDS = 8192;

  /** Bounds the memory where rows are long. */
  private static final int QUEUE_BYTES = 32 << 20;

  private static final AtomicLong RUNS = new AtomicLong();

  private EngineSettings() {}

  static Properties of(
      CaptureSettings settings, SourceNames names, List<CapturedTable> tables, Lsn start) {
    Properties p = new Properties();
    p.setProperty("name", names.slot());
    p.setProperty("connector.class", PackingConnector.class.getName());
    p.setProperty("topic.prefix", settings.topics().prefix());
    p.setProperty("database.hostname", settings.source().host());
    p.setProperty("database.port", Integer.toString(settings.source().port()));
    p.setProperty("database.dbname", settings.source().name());
    p.setProperty("database.user", settings.source().user());
    p.setProperty("database.password", settings.source().password());
    p.setProperty("database.tcpKeepAlive", "true");
    p.setProperty("plugin.name", "pgoutput");
    p.setProperty("slot.name", names.slot());
    p.setProperty("slot.drop.on.stop", "false");
    p.setProperty("slot.max.retries", "0");
    p.setProperty("publication.name", names.publication());
    p.setProperty("publication.autocreate.mode", "disabled");
    p.setProperty(
        "table.include.list",
        tables.stream().map(table -> pattern(table.name())).collect(Collectors.joining(",")));

    p.setProperty("snapshot.mode", "no_data");
    p.setProperty("offset.storage", StartOffset.class.getName());
    p.setProperty(StartOffset.LSN, Long.toString(start.value()));
    p.setProperty("log.position.check.enable", "false");
    p.setProperty("provide.transaction.metadata", "true");
    p.setProperty("skipped.operations", "none");
    p.setProperty("tombstones.on.delete", "false");
    p.setProperty("event.processing.failure.handling.mode", "fail");
    p.setProperty("xmin.fetch.interval.ms", "0");
    p.setProperty("signal.enabled.channels", "");
    p.setProperty("notification.enabled.channels", "");
    p.setProperty("statistics.metrics.enabled", "false");

    p.setProperty("poll.interval.ms", Integer.toString(POLL_INTERVAL));
    p.setProperty("max.batch.size", Integer.toString(BATCH_RECORDS));
    p.setProperty("max.queue.size", Integer.toString(QUEUE_RECORDS));
    p.setProperty("max.queue.size.in.bytes", Integer.toString(QUEUE_BYTES));
    p.setProperty("record.processing.threads", "1");
    p.setProperty("offset.flush.interval.ms", "0");
    // Every retry is ours: it starts from what Kafka has, which only we know.
    p.setProperty("errors.max.retries", "0");
    p.setProperty("executor.shutdown.timeout.ms", "1000");
    p.setProperty("record.processing.shutdown.timeout.ms", "1000");
    p.setProperty("task.management.timeout.ms", "20000");
    // Two captures in one process, or a quick restart: Debezium would wait a minute for the name of
    // its metrics.
    p.setProperty("custom.metric.tags", "run=" + RUNS.incrementAndGet());
    return p;
  }

  private static String pattern(TableName table) {
    return escaped(table.schema()) + "\\." + escaped(table.table());
  }

  private static String escaped(String name) {
    return name.replaceAll("([^\\p{Alnum}_])", "\\\\$1");
  }
}
