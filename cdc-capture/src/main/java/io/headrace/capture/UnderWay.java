package io.headrace.capture;

import io.headrace.stage.StageListener;
import io.headrace.wire.Epoch;
import io.headrace.wire.Rereads;
import io.headrace.wire.Resync;
import io.headrace.wire.Resync.Trigger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which tables are to be captured again when the stream begins. */
final class UnderWay {

  private final StageListener listener;
  private final Clock clock;

  UnderWay(StageListener listener, Clock clock) {
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Those of the position, and those whose topics cannot be complete: of tables that came to the
   * star, and those that were lost in Kafka.
   *
   * @param written where the tables' topics end in Kafka
   */
  List<Resync> at(Epoch position, List<CapturedTable> tables, Map<String, List<Long>> written) {
    List<Resync> asked = position.rereads().resyncs();
    List<Resync> all = new ArrayList<>();
    for (CapturedTable table : tables) {
      List<Long> there = Objects.requireNonNull(written.get(table.topic()));
      List<Long> known = position.ends().get(table.topic());
      if (known == null) {
        listener.says(
            "The table " + table.name() + " has come to the star: it is captured from here on.");
        all.add(loading(table, Trigger.NEW_TABLE, there));
      } else if (KafkaTopics.lost(known, there)) {
        listener.says(
            "The topic "
                + table.topic()
                + " ends at "
                + there
                + " but had reached "
                + known
                + ": it was deleted, or records of it were lost. Its table is captured again; what"
                + " was made of it must be joined anew: run ./headrace replay --rejoin.");
        all.add(loading(table, Trigger.LOST_TOPIC, there));
      } else {
        asked.stream().filter(resync -> resync.table().equals(table.name())).forEach(all::add);
      }
    }
    // In the order in which they were asked for; what has come to the star is the last.
    all.sort(
        Comparator.comparingInt(
            resync -> asked.contains(resync) ? asked.indexOf(resync) : asked.size()));
    return all;
  }

  private Resync loading(CapturedTable table, Trigger trigger, List<Long> until) {
    return Resync.of(UUID.randomUUID().toString(), table.name(), trigger, clock.instant(), until);
  }

  /** What a new snapshot answers: it has captured every table again. */
  static Rereads endedBySnapshot(@Nullable Epoch last, Clock clock) {
    if (last == null) {
      return Rereads.NONE;
    }
    Rereads before = last.rereads();
    List<Resync.Ended> ended = new ArrayList<>(before.ended());
    before.resyncs().forEach(resync -> ended.add(resync.ended(clock.instant(), null)));
    return new Rereads(
        before.resyncs().stream().map(Resync::id).toList(), Map.of(), List.of(), ended);
  }
}
