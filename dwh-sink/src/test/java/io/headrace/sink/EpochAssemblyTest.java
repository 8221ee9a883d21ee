package io.headrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.wire.EpochMark;
import io.headrace.wire.Lsn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EpochAssemblyTest {
  private static final TopicPartition A = new TopicPartition("facts", 0);
  private static final TopicPartition B = new TopicPartition("facts", 1);
  private final long[] offsets = new long[2];

  @Test
  void anEpochIsMergeableWhenEveryPartitionHasItsMark() {
    EpochAssembly assembly = goesOnAfter(3);
    row(assembly, A, "1", "x");
    mark(assembly, A, 4);
    assertThat(assembly.mergeable()).isEqualTo(-1);
    mark(assembly, B, 4);
    assertThat(assembly.mergeable()).isEqualTo(4);
    assertThat(taken(assembly, 4)).containsExactly("0\tf\t1\tx");
    assertThat(assembly.passed(4).offsets()).containsEntry(A, 2L).containsEntry(B, 1L);
    assertThat(assembly.mergeable()).isEqualTo(-1);
    assertThat(assembly.bytes()).isZero();
  }

  @Test
  void rowsOfLaterEpochsStay() {
    EpochAssembly assembly = goesOnAfter(3);
    mark(assembly, A, 4);
    row(assembly, A, "1", "of 5");
    mark(assembly, A, 5);
    row(assembly, A, "1", "of 6");
    row(assembly, B, "2", "of 4");
    mark(assembly, B, 4);
    assertThat(taken(assembly, assembly.mergeable())).containsExactly("1\tf\t2\tof 4");
    assertThat(assembly.passed(4).offsets()).containsEntry(A, 1L);
    mark(assembly, B, 5);
    assertThat(taken(assembly, assembly.mergeable())).containsExactly("2\tf\t1\tof 5");
  }

  @Test
  void severalCompleteEpochsAreOneMerge() {
    EpochAssembly assembly = goesOnAfter(3);
    for (long epoch = 4; epoch < 10; epoch++) {
      mark(assembly, A, epoch);
      mark(assembly, B, epoch);
    }
    assertThat(assembly.mergeable()).isEqualTo(9);
    assertThat(assembly.mark(9).number()).isEqualTo(9);
    assertThat(assembly.passed(9).offsets()).containsEntry(A, 6L);
  }

  @Test
  void aRowThatIsGoneIsItsKeyAndNulls() {
    EpochAssembly assembly = goesOnAfter(0);
    row(assembly, A, "1", null);
    assertThat(taken(assembly, 1)).containsExactly("0\tt\t1\t\\N");
  }

  @Test
  void readAnewItWaitsForTheEndOfWhatStoodThereAndForThePresentPosition() {
    // A compacted topic no longer tells the states before its end.
    EpochAssembly assembly = anew(5, 4, 2);
    row(assembly, A, "1", "x"); // offset 0
    mark(assembly, A, 2); // 1
    mark(assembly, A, 3); // 2
    mark(assembly, B, 2); // 0
    assertThat(assembly.mergeable()).as("the backlog is not read").isEqualTo(-1);
    mark(assembly, A, 4); // 3
    mark(assembly, B, 3); // 1
    reached(assembly);
    assertThat(assembly.mergeable()).as("A's backlog reaches 4").isEqualTo(-1);
    mark(assembly, B, 4);
    assertThat(assembly.mergeable()).as("the warehouse shows 5").isEqualTo(-1);
    mark(assembly, A, 5);
    mark(assembly, B, 5);
    assertThat(assembly.first()).isTrue();
    assertThat(assembly.mergeable()).isEqualTo(5);
    assembly.passed(5);
    assertThat(assembly.first()).isFalse();
    assertThat(assembly.mergeable()).isEqualTo(-1);
  }

  @Test
  void readAnewItWaitsForTheFirstMarkOfEachPartition() {
    EpochAssembly assembly = anew(-1, 0, 0);
    mark(assembly, A, 5);
    mark(assembly, B, 7);
    assertThat(assembly.mergeable()).as("what B has is a state of epoch 7").isEqualTo(-1);
    mark(assembly, A, 6);
    mark(assembly, A, 7);
    assertThat(assembly.mergeable()).isEqualTo(7);
  }

  @Test
  void whatIsCertainNeverIncludesAnEpochThatTheNextMergeMayNotReach() {
    EpochAssembly assembly = goesOnAfter(3);
    assertThat(assembly.certain()).isEqualTo(4);
    mark(assembly, A, 4);
    assertThat(assembly.certain()).isEqualTo(4);
    assertThat(assembly.ahead()).containsExactly(A);
    mark(assembly, B, 4);
    row(assembly, A, "1", "of 5");
    assertThat(assembly.mergeable()).isEqualTo(4);
    assertThat(assembly.certain()).as("a merge is due, and it leads to 4").isEqualTo(4);
    assertThat(assembly.takeAhead().get(0)).isEmpty();
    assertThat(taken(assembly, 5)).containsExactly("2\tf\t1\tof 5");

    EpochAssembly first = anew(-1, 10, 10);
    row(first, A, "1", "x");
    assertThat(first.certain()).isEqualTo(FactPartition.BASELINE);
    assertThat(first.ahead()).isEmpty();
  }

  @Test
  void whatWasSentAheadIsNeverPartOfAnEarlierEpoch() {
    EpochAssembly first = anew(-1, 3, 1);
    mark(first, A, 2); // offset 0
    mark(first, B, 2); // 0
    row(first, A, "1", "of 3"); // 1
    assertThat(first.mergeable()).as("the backlog is not read").isEqualTo(-1);
    assertThat(first.takeAhead().get(0)).hasSize(1);
    row(first, A, "2", "of 3"); // 2
    reached(first);
    assertThat(first.mergeable()).as("a part of epoch 3 is in the stage").isEqualTo(-1);
    mark(first, A, 3);
    mark(first, B, 3);
    assertThat(first.mergeable()).isEqualTo(3);
  }

  @Test
  void whatIsToShowOneEpochNeverGoesBeyondIt() {
    EpochAssembly past = anew(-1, 0, 0); // what stands there needs not be read to its end
    past.bound(7);
    past.limit(Long.MAX_VALUE);
    row(past, A, "1", "of 7");
    mark(past, A, 7);
    row(past, A, "1", "of 8");
    mark(past, A, 8);
    assertThat(past.mergeable()).isEqualTo(-1);
    mark(past, B, 7);
    mark(past, B, 8);
    assertThat(past.certain()).isEqualTo(7);
    assertThat(past.mergeable()).isEqualTo(7);
    assertThat(taken(past, 7)).containsExactly("0\tf\t1\tof 7");
    past.passed(7);
    assertThat(past.mergeable()).isEqualTo(-1);
  }

  @Test
  void stopsAtTheLastEpochBeforeAMoment() {
    EpochAssembly assembly = goesOnAfter(3);
    for (long epoch = 4; epoch < 7; epoch++) {
      mark(assembly, A, epoch);
      mark(assembly, B, epoch);
    }
    Instant moment = Instant.EPOCH.plusSeconds(6); // that of epoch 6
    MergeHold.Bounds bounds = new MergeHold.Bounds(Long.MAX_VALUE, moment, true);
    assembly.limit(bounds);
    assertThat(assembly.mergeable()).isEqualTo(5);
    assertThat(assembly.standsBefore(moment)).isFalse();
    assembly.take(5);
    assembly.passed(5);
    assembly.limit(bounds);
    assertThat(assembly.mergeable()).isEqualTo(-1);
    assertThat(assembly.limited()).isTrue();
    assertThat(assembly.standsBefore(moment)).isTrue();
    assembly.limit(MergeHold.Bounds.NONE);
    assertThat(assembly.mergeable()).isEqualTo(6);
  }

  @Test
  void onlyAHoldIsWorthToBeAskedForAllTheTime() {
    EpochAssembly assembly = goesOnAfter(3);
    assembly.limit(new MergeHold.Bounds(Long.MAX_VALUE, Instant.EPOCH, true));
    assertThat(assembly.held()).isFalse();
    assembly.limit(new MergeHold.Bounds(MergeHold.Bounds.PAUSED, null, false));
    assertThat(assembly.held()).isFalse();
    assembly.limit(new MergeHold.Bounds(3, null, false));
    assertThat(assembly.held()).isTrue();
  }

  private EpochAssembly goesOnAfter(long epoch) {
    return new EpochAssembly(
        layouts(),
        List.of(new FactPartition(A, 0, epoch, 0), new FactPartition(B, 0, epoch, 0)),
        epoch,
        false);
  }

  private EpochAssembly anew(long shown, long endOfA, long endOfB) {
    return new EpochAssembly(
        layouts(),
        List.of(new FactPartition(A, 0, null, endOfA), new FactPartition(B, 0, null, endOfB)),
        shown,
        true);
  }

  private static List<FactLayout> layouts() {
    return List.of(new FactLayout("f", 1, List.of(0, -1)));
  }

  private void row(
      EpochAssembly assembly, TopicPartition partition, String key, @Nullable String text) {
    byte[] value = text == null ? null : (key + "\t" + text).getBytes(UTF_8);
    add(assembly, partition, key.getBytes(UTF_8), value);
  }

  private void mark(EpochAssembly assembly, TopicPartition partition, long epoch) {
    EpochMark mark = new EpochMark(epoch, new Lsn(epoch), Instant.EPOCH.plusSeconds(epoch));
    add(assembly, partition, EpochMark.key(), mark.value());
  }

  private void add(EpochAssembly assembly, TopicPartition at, byte[] key, byte @Nullable [] value) {
    long offset = offsets[at.partition()]++;
    assembly.add(new ConsumerRecord<>(at.topic(), at.partition(), offset, key, value));
  }

  private void reached(EpochAssembly assembly) {
    assembly.reached(A, offsets[0]);
    assembly.reached(B, offsets[1]);
  }

  private static List<String> taken(EpochAssembly assembly, long epoch) {
    List<String> lines = new ArrayList<>();
    for (Lines each : assembly.take(epoch).get(0)) {
      lines.addAll(
          new String(each.bytes(), 0, each.length(), UTF_8).lines().collect(Collectors.toList()));
    }
    return lines;
  }
}
