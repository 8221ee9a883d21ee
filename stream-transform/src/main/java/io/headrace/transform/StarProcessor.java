package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.stage.StageException;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.wire.CopyText;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link PartitionTask} into Kafka Streams: names the records for it, and carries away what
 * it sends.
 */
final class StarProcessor implements Processor<byte[], byte[], Object, byte[]>, Outbox {

  /** Between looks at what is left over: a commit that waits, held records. */
  private static final Duration TICK = Duration.ofMillis(10);

  /** Without a record for so long, the end of an epoch may lie behind offsets that hold none. */
  private static final long SILENCE_MILLIS = 1_000;

  /**
   * While looking finds nothing, records are there and only slow to come: it is done less and less.
   */
  private static final long LONGEST_SILENCE_MILLIS = 30_000;

  private static final int SHOWN_KEY = 200;

  private final Star star;
  private final Topics topics;
  private final Instance instance;
  private final List<String> sinks;
  private final Map<String, Integer> tables = new HashMap<>();
  private final List<EnvelopeReader> readers;
  private final String epochsTopic;

  private @Nullable ProcessorContext<Object, byte[]> context;
  private @Nullable PartitionTask task;
  private @Nullable LetterOutbox letters;
  private int partition;
  private @Nullable CommitPace commits;
  private boolean commitWanted;

  /** How many commits there had been when this one was wanted. */
  private long commitsBefore;

  /** Since the last epoch that was completed here. */
  private long recordsRead;

  private long factsSent;

  private long heardAt;
  private long silence = SILENCE_MILLIS;

  StarProcessor(Star star, Topics topics, Instance instance) {
    this.star = star;
    this.topics = topics;
    this.instance = instance;
    sinks =
        IntStream.range(0, star.tables().size())
            .mapToObj(i -> StarTopology.toFacts(i, star))
            .toList();
    star.sources().stream()
        .map(SourceTable::name)
        .map(topics::table)
        .forEach(t -> tables.put(t, tables.size()));
    readers = star.sources().stream().map(EnvelopeReader::new).toList();
    epochsTopic = topics.epochs();
  }

  @Override
  public void init(ProcessorContext<Object, byte[]> given) {
    context = given;
    partition = given.taskId().partition();
    commits = instance.commits().get();
    boolean joins = JoinPlan.joins(star);
    TaskStores stores =
        new TaskStores(
            store(given, StarTopology.BASE_ROWS),
            joins ? store(given, StarTopology.PARENT_ROWS) : null,
            joins ? store(given, StarTopology.REFERENCES) : null,
            store(given, StarTopology.HELD_BACK),
            store(given, StarTopology.PROGRESS));
    task =
        new PartitionTask(
            new JoinPlan(star),
            topics,
            instance.place(partition),
            instance.holdBack(),
            stores,
            this,
            instance.neighbours());
    letters = new LetterOutbox(star, new TaskLetters(stores.progress()), instance.letters(), given);
    heardAt = given.currentSystemTimeMs();
    instance.local().opened(partition, task.completed());
    given.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  private static KeyValueStore<Bytes, byte[]> store(
      ProcessorContext<Object, byte[]> context, String name) {
    return context.getStateStore(name);
  }

  @Override
  public void process(Record<byte[], byte[]> message) {
    commits().begins(CommitPace.now());
    RecordMetadata from =
        context()
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("a record must come from a topic"));
    try {
      process(message, from);
    } catch (BadRecordException e) {
      throw new StageException(StageException.Kind.FAILED, unusable(message, from, e), e);
    }
    heardAt = context().currentSystemTimeMs();
    commits().behind(heardAt - message.timestamp());
    instance.local().read(partition, task().recordsRead());
    commitIfDue();
  }

  private void process(Record<byte[], byte[]> message, RecordMetadata from) {
    Integer table = tables.get(from.topic());
    if (table != null) {
      if (task().isNew(table, from.offset())) {
        recordsRead++;
        change(table, message, from);
      }
    } else if (from.topic().equals(epochsTopic)) {
      Epoch epoch;
      try {
        epoch = readEpoch(message.value());
      } catch (BadRecordException e) {
        // A lost epoch would be missed by its number.
        letters().foreign(message, from, epochsTopic, e, unusable(message, from, e));
        return;
      }
      task().epoch(epoch, message.timestamp());
    } else {
      byte[] bytes = message.value();
      task()
          .parent(
              ParentMessage.read(ByteBuffer.wrap(bytes)),
              bytes,
              from.offset(),
              message.timestamp());
    }
  }

  private void change(int table, Record<byte[], byte[]> message, RecordMetadata from) {
    EnvelopeReader reader = readers.get(table);
    SourceTable source = star.sources().get(table);
    long epoch;
    try {
      epoch = epoch(message);
    } catch (BadRecordException e) {
      String name = source.name().toString();
      letters().foreign(message, from, name, e, unusable(message, from, e));
      task().skip(table, from.offset());
      return;
    }
    Change change;
    try {
      change = reader.read(message.key(), message.value());
    } catch (BadRecordException e) {
      byte[] key = reader.keyOrNull(message.key());
      if (key != null && CopyText.values(key).contains(null)) {
        throw e; // it may say that all rows are gone
      }
      letters().unread(table, message, from, epoch, key != null, e, unusable(message, from, e));
      task().skip(table, from.offset());
      return;
    }
    boolean again = message.headers().lastHeader(Epoch.AGAIN) != null;
    task()
        .change(
            table, from.offset(), epoch, message.timestamp(), again ? change.sentAgain() : change);
    letters().read(table, message, from, change, again);
  }

  private static String unusable(
      Record<byte[], byte[]> message, RecordMetadata from, BadRecordException e) {
    return "cannot use the record at topic "
        + from.topic()
        + ", partition "
        + from.partition()
        + ", offset "
        + from.offset()
        + ", key "
        + shown(message.key())
        + ": "
        + e.getMessage();
  }

  private static Epoch readEpoch(byte @Nullable [] value) {
    try {
      if (value == null) {
        throw new BadRecordException("a record of the epochs must have a value but has none");
      }
      return EpochJson.read(value);
    } catch (IllegalArgumentException e) {
      throw new BadRecordException(String.valueOf(e.getMessage()));
    }
  }

  private static long epoch(Record<byte[], byte[]> message) {
    Header header = message.headers().lastHeader(Epoch.HEADER);
    byte[] value = header == null ? null : header.value();
    if (value == null || value.length != Long.BYTES) {
      throw new BadRecordException(
          "the record must have the header "
              + Epoch.HEADER
              + " of 8 bytes but has "
              + (value == null ? "none" : value.length + " bytes"));
    }
    return ByteBuffer.wrap(value).getLong();
  }

  private static String shown(byte @Nullable [] key) {
    if (key == null) {
      return "none";
    }
    String text = new String(key, 0, Math.min(key.length, SHOWN_KEY), UTF_8);
    return key.length > SHOWN_KEY ? text + "…" : text;
  }

  private void tick(long now) {
    commits().begins(CommitPace.now());
    task().advance();
    if (now - heardAt >= silence) {
      boolean found =
          task()
              .lookForGaps(
                  (table, from, to) ->
                      instance.gaps().emptyUpTo(tableTopic(table), partition, from, to));
      heardAt = now;
      silence = found ? SILENCE_MILLIS : Math.min(silence * 2, LONGEST_SILENCE_MILLIS);
    }
    commitIfDue();
  }

  private String tableTopic(int table) {
    return topics.table(star.sources().get(table).name());
  }

  private void commitIfDue() {
    if (commitWanted && commits().commits() > commitsBefore) {
      commitWanted = false; // another task's commit was ours, too
    }
    long now = CommitPace.now();
    if (commitWanted && commits().due(now)) {
      commits().ask(now);
      commitWanted = false;
      context().commit();
    }
    commits().ended(now);
  }

  @Override
  public void fact(int table, byte[] key, byte @Nullable [] fact, long timestamp) {
    factsSent++;
    context().forward(new Record<>(new FactKey(key, partition), fact, timestamp), sinks.get(table));
  }

  @Override
  public void complete(Epoch epoch, long timestamp) {
    EpochMark mark = EpochMark.of(epoch, Instant.now());
    Record<Object, byte[]> message =
        new Record<>(new FactKey(EpochMark.key(), partition), mark.value(), timestamp);
    silence = SILENCE_MILLIS;
    sinks.forEach(sink -> context().forward(message, sink));
    instance.local().completed(partition, mark);
    instance.meters().epoch(recordsRead, factsSent);
    recordsRead = 0;
    factsSent = 0;
  }

  @Override
  public void broadcast(ParentMessage message, long timestamp) {
    context().forward(new Record<>(null, message.write(), timestamp), StarTopology.TO_PARENTS);
  }

  @Override
  public void commitSoon() {
    commitWanted = true;
    commitsBefore = commits().commits();
  }

  @Override
  public void close() {
    if (task != null) {
      task.close();
    }
    instance.local().closed(partition);
  }

  private ProcessorContext<Object, byte[]> context() {
    return java.util.Objects.requireNonNull(context, "init comes first");
  }

  private CommitPace commits() {
    return java.util.Objects.requireNonNull(commits, "init comes first");
  }

  private LetterOutbox letters() {
    return java.util.Objects.requireNonNull(letters, "init comes first");
  }

  private PartitionTask task() {
    return java.util.Objects.requireNonNull(task, "init comes first");
  }
}
