package io.headrace.capture;

import io.headrace.stage.StageListener;
import io.headrace.stage.TopicWatch;
import io.headrace.star.Star;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochMark;
import io.headrace.wire.EpochReader;
import io.headrace.wire.Resync;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * One try, from the lock to the stream: takes the lead, fences whoever led before, reads the
 * position from Kafka, checks the source, takes a snapshot where one is due, and streams. Nothing
 * is carried from one try to the next.
 */
final class Attempt {

  /** How long a predecessor's server process may take to let go of the slot. */
  private static final Duration SLOT_RELEASE = Duration.ofSeconds(15);

  private static final Duration SLOT_RETRY = Duration.ofMillis(100);

  /** How long brokers may be away. */
  private static final Duration BROKERS_AWAY = Duration.ofMinutes(1);

  private final Clock clock = Clock.systemUTC();
  private final Parts parts;
  private final SourceNames names;
  private final Connection connection;
  private final Leadership leadership;

  /**
   * What all tries share.
   *
   * @param resnapshotDone whether the new snapshot that the settings ask for has been taken
   */
  record Parts(
      CaptureSettings settings,
      Star star,
      StageListener listener,
      Closing closing,
      Failpoint failpoint,
      CaptureMeters meters,
      AtomicBoolean resnapshotDone) {
    Parts(
        CaptureSettings settings,
        Star star,
        StageListener listener,
        Closing closing,
        Failpoint failpoint,
        CaptureMeters meters) {
      this(settings, star, listener, closing, failpoint, meters, new AtomicBoolean());
    }
  }

  private Attempt(Parts parts, SourceNames names, Connection connection, Leadership leadership) {
    this.parts = parts;
    this.names = names;
    this.connection = connection;
    this.leadership = leadership;
  }

  /** Works until something fails or the end is asked for. */
  static void run(Parts parts) throws Exception {
    SourceNames names = SourceNames.of(parts.settings().topics());
    Connection lock = SourceSession.open(parts.settings().source());
    try (Closing.Registration ignored = parts.closing().register(() -> lock.abort(Runnable::run))) {
      try (Leadership leadership =
              Leadership.acquire(lock, names, parts.listener(), parts.closing()::asked);
          Connection connection = SourceSession.open(parts.settings().source())) {
        parts.closing().throwIfAsked();
        new Attempt(parts, names, connection, leadership).lead();
      }
    } finally {
      lock.close();
    }
  }

  private void lead() throws Exception {
    CaptureSettings settings = parts.settings();
    List<String> topics =
        parts.star().sources().stream()
            .map(table -> settings.topics().table(table.name()))
            .toList();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", settings.bootstrapServers()))) {
      KafkaTopics kafka = new KafkaTopics(admin);
      SourceServer server =
          SourceServer.read(connection, SourceServer.systemIdentifier(connection));
      StartCheck check = new StartCheck(connection, server, names, settings.topics(), parts.star());
      List<CapturedTable> tables = check.tables();
      int partitions =
          kafka.prepare(
              settings.topics(), topics, settings.partitions(), settings.replicationFactor());
      KafkaProducer<byte[], byte[]> producer = producer(kafka.longestTransaction());
      boolean crashed = false;
      try (KafkaClientMetrics ignored = parts.meters().of(producer);
          TopicWatch watch = watch(admin, topics, producer)) {
        producer.initTransactions();
        Epoch last = lastEpoch();
        Map<String, List<Long>> written = kafka.ends(topics, partitions);
        EpochWriter writer =
            new EpochWriter(
                producer,
                settings,
                server.identity(),
                partitions,
                topics,
                last,
                written,
                clock,
                parts.meters(),
                parts.failpoint());
        try {
          work(check, tables, written, writer, last);
        } catch (Exception e) {
          if (!watch.gone().isEmpty()) {
            throw new KafkaWriteException(watch.sentence(), e);
          }
          throw e;
        } catch (Error e) {
          crashed = true;
          throw e;
        } finally {
          if (!crashed) {
            writer.abortQuietly();
          }
        }
      } finally {
        producer.close(Duration.ZERO);
      }
    }
  }

  /** A producer that is closed lets nobody wait. */
  private TopicWatch watch(
      Admin admin, List<String> tables, KafkaProducer<byte[], byte[]> producer) {
    Set<String> watched = new HashSet<>(tables);
    watched.add(parts.settings().topics().epochs());
    return TopicWatch.start(admin, watched, () -> producer.close(Duration.ZERO));
  }

  /** The position. To be asked only after a predecessor has been fenced. */
  private @Nullable Epoch lastEpoch() {
    CaptureSettings settings = parts.settings();
    try (EpochReader epochs =
        new EpochReader(settings.bootstrapServers(), settings.topics(), BROKERS_AWAY)) {
      return epochs.last();
    }
  }

  private void work(
      StartCheck check,
      List<CapturedTable> tables,
      Map<String, List<Long>> written,
      EpochWriter writer,
      @Nullable Epoch last)
      throws Exception {
    CaptureSettings settings = parts.settings();
    Slot slot = releasedSlot();
    Epoch position = last;
    List<Resync> resyncs = List.of();
    if (position == null || (settings.resnapshot() && !parts.resnapshotDone().get())) {
      check.newSlot(slot);
      if (slot != null) {
        Slot.drop(connection, names.slot());
      }
      Snapshot snapshot =
          new Snapshot(
              settings.source(),
              settings.topics().prefix(),
              tables,
              writer,
              parts.listener(),
              parts.closing(),
              parts.failpoint());
      boolean truncate = written.values().stream().flatMap(List::stream).anyMatch(end -> end > 0);
      position = snapshot.take(names.slot(), truncate, UnderWay.endedBySnapshot(last, clock));
      parts.resnapshotDone().set(true);
      parts.listener().completed(EpochMark.of(position));
    } else {
      check.resume(position, slot);
      resyncs = new UnderWay(parts.listener(), clock).at(position, tables, written);
    }
    stream(check, tables, resyncs, writer, position);
  }

  private void stream(
      StartCheck check,
      List<CapturedTable> tables,
      List<Resync> resyncs,
      EpochWriter writer,
      Epoch position)
      throws Exception {
    CaptureSettings settings = parts.settings();
    String prefix = settings.topics().prefix();
    try (SourceReader reader = new SourceReader(settings.source())) {
      RereadTables rereads =
          new RereadTables(tables, prefix, settings.source().name(), check.server().version());
      Recaptures recaptures =
          new Recaptures(
              rereads,
              reader,
              writer,
              new Resyncs(
                  rereads,
                  new KafkaTopicKeys(settings.bootstrapServers()),
                  parts.listener(),
                  clock,
                  resyncs,
                  position.rereads().ended()),
              parts.listener(),
              parts.failpoint());
      recaptures.start();
      SourceClock sourceClock = new SourceClock();
      sourceClock.measure(connection);
      EpochConsumer consumer =
          new EpochConsumer(
              prefix,
              writer,
              new ChangeRoutes(
                  new Relations(tables, connection, prefix, settings.source().name()),
                  position.lsn(),
                  writer,
                  recaptures,
                  clock),
              recaptures,
              new EpochPace(sourceClock),
              sourceClock,
              parts.listener(),
              parts.closing());
      new Streaming(
              EngineSettings.of(settings, names, tables, position.lsn()),
              leadership,
              sourceClock,
              consumer,
              parts.listener(),
              parts.closing())
          .run();
    }
  }

  /** The slot, once a predecessor's server process has let go of it. */
  private @Nullable Slot releasedSlot() throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + SLOT_RELEASE.toNanos();
    Slot slot = Slot.read(connection, names.slot());
    while (slot != null && slot.readByPredecessor() && System.nanoTime() < deadline) {
      parts.closing().throwIfAsked();
      Integer pid = slot.activePid();
      if (pid != null) {
        Slot.terminate(connection, pid);
      }
      Thread.sleep(SLOT_RETRY.toMillis());
      slot = Slot.read(connection, names.slot());
    }
    return slot;
  }

  private KafkaProducer<byte[], byte[]> producer(int transactionTimeout) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", parts.settings().bootstrapServers());
    settings.put("client.id", names.slot());
    settings.put("transactional.id", parts.settings().topics().prefix() + ".capture");
    settings.put("transaction.timeout.ms", transactionTimeout);
    settings.put("enable.idempotence", true);
    settings.put("acks", "all");
    settings.put("compression.type", "lz4");
    settings.put("batch.size", 128 << 10);
    // An epoch's end flushes; until then full batches are worth a short wait.
    settings.put("linger.ms", 5);
    // The broker asks for a retry when a transaction begins before all markers of the one before
    // are written, which is usual here; the default pauses of 100 ms, doubled up to a second, would
    // be most of an epoch's latency.
    settings.put("retry.backoff.ms", 10L);
    settings.put("retry.backoff.max.ms", 10L);
    settings.put("max.request.size", KafkaTopics.LARGEST_RECORD);
    settings.put("buffer.memory", (long) KafkaTopics.LARGEST_RECORD + (32L << 20));
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
