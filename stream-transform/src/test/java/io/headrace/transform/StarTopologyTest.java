package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.stage.StageListener;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import io.headrace.wire.CopyText;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochJson;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Lsn;
import io.headrace.wire.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The joins through the real topology, one case after the other as a reader of SQL would try them.
 */
class StarTopologyTest {

  private static final Topics TOPICS = new Topics("t");
  private static final Star STAR = TestStars.school();

  @TempDir private Path state;

  private final Map<String, Long> written = new HashMap<>();
  private @Nullable TopologyTestDriver driver;
  private long epoch = 1;

  private static Topology topology(Star star) {
    Instance instance =
        new Instance(
            1,
            partition -> 1,
            true,
            new Neighbours(1, 100),
            new LocalTasks(new Silent(), Map.of()),
            (topic, partition, from, to) -> from,
            new LetterBudget(
                () -> {
                  throw new IllegalStateException("no letters here");
                },
                TOPICS.deadLetters(),
                0),
            ThreadLocal.withInitial(CommitPace::new),
            new TransformMeters(new SimpleMeterRegistry()));
    return StarTopology.build(star, TOPICS, 1, () -> new StarProcessor(star, TOPICS, instance));
  }

  private TopologyTestDriver driver() {
    TopologyTestDriver open = driver;
    if (open == null) {
      Properties properties = new Properties();
      properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "t");
      properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
      properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
      properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
      properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
      open = new TopologyTestDriver(topology(STAR), properties);
      driver = open;
    }
    return open;
  }

  @AfterEach
  void close() {
    if (driver != null) {
      driver.close();
    }
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver().createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * A row of a table: its values, the key first; nothing but the key deletes it; nothing at all is
   * a TRUNCATE.
   */
  private void row(String table, @Nullable String... values) {
    rowOfEpoch(epoch, table, values);
  }

  private void rowOfEpoch(long ofEpoch, String table, @Nullable String... values) {
    send(ofEpoch, false, table, values);
  }

  /** A row that was read again from the source. */
  private void rowAgain(String table, @Nullable String... values) {
    send(epoch, true, table, values);
  }

  private void send(long ofEpoch, boolean again, String table, @Nullable String... values) {
    SourceTable source =
        STAR.sources().stream()
            .filter(t -> t.name().table().equals(table))
            .findFirst()
            .orElseThrow();
    Change change;
    if (values.length == 0) {
      change = Change.TRUNCATE;
    } else {
      byte[] key = CopyText.row(Arrays.asList(values[0]));
      change =
          values.length == 1
              ? Change.delete(key)
              : Change.upsert(key, CopyText.row(Arrays.asList(values)));
    }
    TestRecord<byte[], byte[]> message =
        new TestRecord<>(
            Envelopes.key(source, change),
            Envelopes.value(source, change, false),
            Instant.ofEpochMilli(ofEpoch));
    message.headers().add(Epoch.HEADER, ByteBuffer.allocate(8).putLong(ofEpoch).array());
    if (again) {
      message.headers().add(Epoch.AGAIN, null);
    }
    input(TOPICS.table(source.name())).pipeInput(message);
    written.merge(TOPICS.table(source.name()), 1L, Long::sum);
  }

  private void endEpoch() {
    Map<String, List<Long>> ends = new HashMap<>();
    STAR.sources()
        .forEach(
            t ->
                ends.put(
                    TOPICS.table(t.name()),
                    List.of(written.getOrDefault(TOPICS.table(t.name()), 0L))));
    byte[] value =
        EpochJson.write(
            new Epoch(epoch, new Lsn(epoch), Instant.EPOCH, new Epoch.Source("1", "d"), ends));
    input(TOPICS.epochs()).pipeInput("epoch".getBytes(UTF_8), value, Instant.ofEpochMilli(epoch));
    epoch++;
  }

  /**
   * What the fact topic got since the last look: key=fact, key gone, or the mark's number in
   * brackets.
   */
  private List<String> lessons() {
    String topic = TOPICS.facts(STAR.generation(), "f_lesson");
    List<String> got = new ArrayList<>();
    for (TestRecord<byte[], byte[]> message :
        driver()
            .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .readRecordsToList()) {
      if (EpochMark.isMark(message.key())) {
        got.add("[" + EpochMark.parse(message.value()).number() + "]");
      } else {
        byte[] fact = message.value();
        got.add(
            SourceModel.text(message.key())
                + (fact == null ? " gone" : "=" + SourceModel.text(fact).replace('\t', ' ')));
      }
      assertThat(message.headers()).isEmpty();
    }
    return got;
  }

  private void school() {
    row("course", "1", "Python");
    row("run", "1", "spring", "1");
    row("run", "2", "autumn", "1");
    row("module", "1", "Django", "1");
    row("module", "2", "DRF", "2");
    row("lesson", "1", "first", "1");
    endEpoch();
    assertThat(lessons()).containsExactly("1=1 first 1 1 Django 1 1 spring 1", "[1]");
  }

  @Test
  void parentsMayComeLast() {
    row("lesson", "1", "first", "1");
    row("module", "1", "Django", "1");
    assertThat(lessons()).isEmpty();
    row("run", "1", "spring", "1");
    assertThat(lessons()).containsExactly("1=1 first 1 1 Django 1 1 spring 1");
    endEpoch();
    assertThat(lessons()).containsExactly("[1]");
  }

  @Test
  void aLessonMovesToAnotherModuleAndToNone() {
    school();
    row("lesson", "1", "first", "2");
    row("lesson", "1", "first", null);
    endEpoch();
    assertThat(lessons()).containsExactly("1=1 first 2 2 DRF 2 2 autumn 1", "1 gone", "[2]");
  }

  @Test
  void aModuleMovesToAnotherRunAndToNone() {
    school();
    row("module", "1", "Django", "2");
    endEpoch();
    assertThat(lessons()).containsExactly("1=1 first 1 1 Django 2 2 autumn 1", "[2]");
    row("module", "1", "Django", null);
    endEpoch();
    assertThat(lessons()).containsExactly("1 gone", "[3]");
  }

  @Test
  void aRunsNewCourseRewritesAllItsFacts() {
    school();
    row("lesson", "2", "second", "1");
    row("lesson", "3", "other", "2");
    endEpoch();
    lessons();
    row("run", "1", "spring", "9");
    endEpoch();
    assertThat(lessons())
        .containsExactly(
            "1=1 first 1 1 Django 1 1 spring 9", "2=2 second 1 1 Django 1 1 spring 9", "[3]");
  }

  @Test
  void parentsVanishAndComeBack() {
    school();
    row("run", "1");
    endEpoch();
    assertThat(lessons()).containsExactly("1 gone", "[2]");
    row("run", "1", "again", "1");
    endEpoch();
    assertThat(lessons()).containsExactly("1=1 first 1 1 Django 1 1 again 1", "[3]");
    row("module");
    endEpoch();
    assertThat(lessons()).containsExactly("1 gone", "[4]");
  }

  @Test
  void baseRowsAreDeletedAndTruncated() {
    school();
    row("lesson", "2", "second", "1");
    endEpoch();
    lessons();
    row("lesson", "2");
    endEpoch();
    assertThat(lessons()).containsExactly("2 gone", "[3]");
    row("lesson");
    endEpoch();
    assertThat(lessons()).containsExactly("1 gone", "[4]");
  }

  @Test
  void whatDoesNotChangeIsNotSent() {
    school();
    row("lesson", "1", "first", "1");
    row("module", "1", "Django", "1");
    row("lesson", "7");
    row("lesson", "8", "no module", "77");
    endEpoch();
    assertThat(lessons()).containsExactly("[2]");
  }

  @Test
  void aBaseRowThatWasReadAgainIsSentAgain() {
    school();
    rowAgain("lesson", "1", "first", "1");
    rowAgain("lesson", "7");
    rowAgain("lesson", "8", "no module", "77");
    endEpoch();
    assertThat(lessons())
        .containsExactly("1=1 first 1 1 Django 1 1 spring 1", "7 gone", "8 gone", "[2]");
  }

  @Test
  void aParentThatWasReadAgainTellsOnlyWhatIsNew() {
    school();
    rowAgain("run", "1", "spring", "1");
    endEpoch();
    assertThat(lessons()).containsExactly("[2]");
    rowAgain("run", "1", "summer", "1");
    endEpoch();
    assertThat(lessons()).containsExactly("1=1 first 1 1 Django 1 1 summer 1", "[3]");
  }

  @Test
  void whatIsReadAgainWaitsForItsEpoch() {
    school();
    send(3, true, "lesson", "1", "first", "1");
    assertThat(lessons()).isEmpty();
    written.merge(TOPICS.table(STAR.sources().get(1).name()), -1L, Long::sum);
    endEpoch();
    assertThat(lessons()).containsExactly("[2]", "1=1 first 1 1 Django 1 1 spring 1");
  }

  @Test
  void aLaterEpochsRecordsWaitForTheEndOfThePresentOne() {
    school();
    rowOfEpoch(3, "run", "1", "later", "1");
    rowOfEpoch(3, "lesson", "9", "later", "1");
    assertThat(lessons()).isEmpty();
    written.merge(TOPICS.table(STAR.sources().get(1).name()), -1L, Long::sum);
    written.merge(TOPICS.table(STAR.sources().get(3).name()), -1L, Long::sum);
    endEpoch();
    assertThat(lessons())
        .containsExactly(
            "[2]", "1=1 first 1 1 Django 1 1 later 1", "9=9 later 1 1 Django 1 1 later 1");
  }

  @Test
  void everyNodeAndStoreHasAName() {
    for (Star star : List.of(STAR, TestStars.odd(), TestStars.flat())) {
      String description = topology(star).describe().toString();
      assertThat(description).doesNotContainPattern("\\d{10}").doesNotContain("Sub-topology: 1");
      assertThat(description)
          .contains(star.tables().stream().map(StarTable::name).map("to-facts-"::concat).toList());
    }
  }

  @Test
  void aStarWithoutJoinsHasNoParents() {
    assertThat(topology(TestStars.flat()).describe().toString())
        .doesNotContain("parent")
        .doesNotContain("references");
  }

  private static final class Silent implements StageListener {
    @Override
    public void says(String sentence) {}

    @Override
    public void progress(String work, long done, long total) {}

    @Override
    public void completed(EpochMark mark) {}
  }
}
