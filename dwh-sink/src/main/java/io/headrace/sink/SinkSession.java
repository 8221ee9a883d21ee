package io.headrace.sink;

import io.headrace.sink.Position.Offset;
import io.headrace.sink.freshness.FreshnessLog;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink's work over one connection to the warehouse: from waiting for the lock to the first
 * error.
 */
final class SinkSession {
  private static final Logger LOG = LoggerFactory.getLogger(SinkSession.class);
  private static final Duration LOCK_POLL = Duration.ofSeconds(1);
  private static final Duration TOPIC_POLL = Duration.ofMillis(500);

  /**
   * What the session must not inherit from the role or the database: limits of time, and settings
   * that change what a text means as a value.
   */
  private static final String SETTINGS =
      """
      SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = 0;
      SET intervalstyle = 'postgres'; SET datestyle = 'ISO, YMD'; SET timezone = 'UTC'; SET jit = off;
      SET plan_cache_mode = force_generic_plan;
      SET temp_buffers = '32MB'
      """;

  /** The epoch that an empty warehouse shows. */
  private static final long NOTHING = -1;

  private final SinkSettings settings;
  private final Star star;
  private final StageListener listener;
  private final SinkMeters meters;
  private final Closing closing;
  private final Failpoints failpoints;
  private final AtomicBoolean refill;
  private final Connection connection;
  private long backlog;

  /**
   * One attempt.
   *
   * @param refill whether the star is to be filled anew; taken back once that is written down
   */
  SinkSession(
      SinkSettings settings,
      Star star,
      StageListener listener,
      SinkMeters meters,
      Closing closing,
      Failpoints failpoints,
      AtomicBoolean refill,
      Connection connection) {
    this.settings = settings;
    this.star = star;
    this.listener = listener;
    this.meters = meters;
    this.closing = closing;
    this.failpoints = failpoints;
    this.refill = refill;
    this.connection = connection;
  }

  /** Works until the end is wished for. */
  void run() throws SQLException, InterruptedException {
    connection.setAutoCommit(false);
    try (Statement set = connection.createStatement()) {
      set.execute(SETTINGS);
    }
    connection.commit();
    if (!awaitLock()) {
      return;
    }
    if (!settings.place().equals(StarPlace.LIVE)) {
      work();
      return;
    }
    try (ResyncLog resyncs = ResyncLog.start(settings)) {
      work();
    }
  }

  private void work() throws SQLException, InterruptedException {
    FactTopics topics = awaitTopics();
    if (topics == null) {
      return;
    }
    WriterLock lock = WriterLock.takeOver(connection, settings.place());
    List<Target> targets = new ArrayList<>();
    for (StarTable table : star.tables()) {
      targets.add(Target.find(connection, settings.warehouse(), table));
    }
    ForeignKeys foreignKeys = new ForeignKeys(connection);
    foreignKeys.withoutIndex(targets).forEach(listener::says);
    try {
      merge(
          topics,
          lock,
          new Merger(
              connection,
              settings.place(),
              targets,
              foreignKeys,
              lock,
              failpoints,
              new WaitingLetters(
                  connection, settings.place(), star, settings.topics(), topics.partitions()),
              settings.deadLetterLimit()));
    } catch (SQLException e) {
      String relaxed = relax(foreignKeys, targets, new SqlFailure(e));
      if (relaxed == null) {
        throw e;
      }
      LOG.warn("Took the force from a foreign key. {}", relaxed);
      listener.says(relaxed);
    }
  }

  private void merge(FactTopics topics, WriterLock lock, Merger merger) throws SQLException {
    lock.hold();
    if (refill.get()) {
      Position.forgetOffsets(connection, settings.place());
    }
    Position position = Position.read(connection, settings.place());
    if (position != null) {
      mustBeMine(position.generation());
    }
    connection.commit();
    refill.set(false);
    try (FreshnessLog ignored = freshness();
        Consumer<byte[], byte[]> consumer = FactConsumer.create(settings.bootstrapServers());
        KafkaClientMetrics alsoIgnored = meters.of(consumer);
        @SuppressWarnings("try") // only closed
            LetterRelay unused = LetterRelay.start(settings)) {
      EpochAssembly assembly = begin(topics, consumer, position);
      if (settings.until() != null) {
        assembly.bound(settings.until());
      }
      if (assembly.first() && settings.place().equals(StarPlace.LIVE)) {
        FirstLoad.begin(connection, star.generation());
        connection.commit();
      }
      new MergeLoop(
              consumer,
              assembly,
              merger,
              star,
              topics,
              backlog,
              listener,
              meters,
              () -> mustStillBe(topics))
          .run(closing);
    }
  }

  private @Nullable FreshnessLog freshness() {
    return settings.place().equals(StarPlace.LIVE)
        ? FreshnessLog.start(settings.warehouse(), settings.source(), meters.latencies())
        : null;
  }

  /**
   * Two definitions are never mixed: whoever finds another one than it was to replace is out of
   * date.
   */
  private void mustBeMine(String shown) throws SQLException {
    if (shown.equals(star.generation())) {
      LiveStar.write(connection, settings.place(), star);
    } else if (settings.replaces() != null && !shown.equals(settings.replaces())) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The star in "
              + settings.warehouse()
              + " now follows another definition ("
              + shown
              + ") than this sink ("
              + star.generation()
              + "): start the sink again");
    }
  }

  private EpochAssembly begin(
      FactTopics topics, Consumer<byte[], byte[]> consumer, @Nullable Position position) {
    List<String> names = FactTopics.names(star, settings.topics());
    List<TopicPartition> all =
        names.stream().flatMap(n -> topics.partitionsOf(n).stream()).toList();
    consumer.assign(all);
    if (position == null || position.offsetsOf(star.generation()).isEmpty()) {
      return beginAnew(names, all, consumer, position == null ? NOTHING : position.epoch());
    }
    Map<TopicPartition, Offset> offsets = position.offsetsOf(star.generation());
    mustMatch(offsets.keySet(), all);
    FactConsumer.seek(consumer, topics, offsets);
    listener.says("Goes on after epoch " + position.epoch() + ".");
    return assembly(
        all.stream()
            .map(p -> new FactPartition(p, names.indexOf(p.topic()), position.epoch(), 0))
            .toList(),
        position.epoch(),
        false);
  }

  private EpochAssembly beginAnew(
      List<String> names, List<TopicPartition> all, Consumer<byte[], byte[]> consumer, long shown) {
    consumer.seekToBeginning(all);
    Map<TopicPartition, Long> ends = consumer.endOffsets(all);
    backlog =
        ends.values().stream().mapToLong(Long::longValue).sum()
            - consumer.beginningOffsets(all).values().stream().mapToLong(Long::longValue).sum();
    listener.says(
        shown == NOTHING
            ? "Fills the warehouse for the first time."
            : "Fills the warehouse anew; until that is done it goes on showing what it has.");
    return assembly(
        all.stream()
            .map(
                p ->
                    new FactPartition(
                        p, names.indexOf(p.topic()), null, mustBeRead(ends.getOrDefault(p, 0L))))
            .toList(),
        shown,
        true);
  }

  /**
   * What stands in a topic must be read to its end before it is a state of the source, because it
   * may be compacted; but not where the one epoch to be shown is its first: that is as it was sent.
   */
  private long mustBeRead(long end) {
    return settings.until() == null ? end : 0;
  }

  private EpochAssembly assembly(List<FactPartition> partitions, long shown, boolean anew) {
    return new EpochAssembly(
        star.tables().stream().map(FactLayout::of).toList(), partitions, shown, anew);
  }

  private static void mustMatch(Set<TopicPartition> known, List<TopicPartition> all) {
    if (!known.equals(Set.copyOf(all))) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The fact topics must have the partitions that headrace.kafka_offset knows, "
              + known.stream().map(TopicPartition::toString).sorted().toList()
              + ", but have "
              + all.stream().map(TopicPartition::toString).sorted().toList());
    }
  }

  private boolean awaitLock() throws SQLException {
    boolean told = false;
    while (!WriterLock.tryLock(connection, settings.place())) {
      if (!told) {
        listener.says("Another sink writes to the warehouse; this one stands by.");
        told = true;
      }
      if (closing.pause(LOCK_POLL)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable FactTopics awaitTopics() throws InterruptedException {
    List<String> names = FactTopics.names(star, settings.topics());
    boolean told = false;
    try (Admin admin = admin()) {
      while (!closing.wished()) {
        FactTopics topics = FactTopics.describe(admin, names);
        if (topics != null) {
          return topics;
        }
        if (!told) {
          listener.says("Waits until the transform has created the fact topics.");
          told = true;
        }
        closing.pause(TOPIC_POLL);
      }
    }
    return null;
  }

  /** The consumer waits for ever for a topic that is gone. */
  private void mustStillBe(FactTopics topics) {
    try (Admin admin = admin()) {
      if (!topics.equals(FactTopics.describe(admin, FactTopics.names(star, settings.topics())))) {
        throw new FactConsumer.OtherTopicsException("Fact topics were deleted in Kafka.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing.wish();
    }
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers(),
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, FactConsumer.ANSWER_MS,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, FactConsumer.ANSWER_MS));
  }

  private @Nullable String relax(ForeignKeys foreignKeys, List<Target> targets, SqlFailure failure)
      throws SQLException {
    if (!failure.breaksForeignKey()) {
      return null;
    }
    connection.rollback();
    return foreignKeys.relax(failure, targets);
  }
}
