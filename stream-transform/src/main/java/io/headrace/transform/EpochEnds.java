package io.headrace.transform;

import io.headrace.stage.StageException;
import io.headrace.star.SourceTable;
import io.headrace.wire.Epoch;
import io.headrace.wire.Resync;
import io.headrace.wire.Topics;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What epochs say of where they end in the tables' topics; tables are numbered as in the plan. */
final class EpochEnds {

  private final JoinPlan plan;
  private final List<String> topics;
  private final int partitions;

  EpochEnds(JoinPlan plan, Topics topics, int partitions) {
    this.plan = plan;
    this.topics = plan.tables().stream().map(SourceTable::name).map(topics::table).toList();
    this.partitions = partitions;
  }

  /**
   * Offsets that a topic had reached belong to other records once it was deleted and made anew, and
   * would be passed over. A small one may be longer again by the end of the epoch in which the
   * capture has filled it, so what the epochs tell of that counts, too.
   */
  void refuseLoss(Epoch before, Epoch epoch) {
    Set<String> known = refills(before).map(Resync::id).collect(Collectors.toSet());
    refills(epoch)
        .filter(refill -> !known.contains(refill.id()))
        .findFirst()
        .ifPresent(
            refill -> {
              throw lost(
                  "the capture found the topic of the table "
                      + refill.table()
                      + " shorter than it had been");
            });
    for (int table = 0; table < topics.size(); table++) {
      for (int i = 0; i < partitions; i++) {
        long reached = of(before, table, i);
        long now = of(epoch, table, i);
        if (now < reached) {
          throw lost(
              "the topic "
                  + topics.get(table)
                  + " ends at "
                  + now
                  + " in partition "
                  + i
                  + " with epoch "
                  + epoch.number()
                  + " but had reached "
                  + reached);
        }
      }
    }
  }

  /** Those of our tables' topics that the capture fills again, or has, because they were lost. */
  private Stream<Resync> refills(Epoch epoch) {
    return Stream.concat(
            epoch.rereads().resyncs().stream(),
            epoch.rereads().ended().stream().map(Resync.Ended::resync))
        .filter(resync -> resync.trigger() == Resync.Trigger.LOST_TOPIC)
        .filter(resync -> plan.tables().stream().anyMatch(t -> t.name().equals(resync.table())));
  }

  private static StageException lost(String what) {
    return new StageException(
        StageException.Kind.LOST,
        what
            + ": it was deleted, or records of it were lost. The capture captures its table again; what was made of it"
            + " must be joined anew from the topics: run ./headrace replay --rejoin");
  }

  /**
   * The partitions whose parents changed between two epochs; all of them where the one before is
   * not known.
   */
  BitSet parentsChanged(@Nullable Epoch before, Epoch epoch) {
    BitSet found = new BitSet();
    for (int i = 0; i < partitions; i++) {
      boolean changed = before == null;
      for (int table = 0; table < topics.size() && !changed; table++) {
        changed =
            plan.isParent(table)
                && of(epoch, table, i) != of(java.util.Objects.requireNonNull(before), table, i);
      }
      found.set(i, changed);
    }
    return found;
  }

  /**
   * The offset after the last record of an epoch.
   *
   * @throws StageException when the epoch does not tell it
   */
  long of(Epoch epoch, int table, int ofPartition) {
    String topic = topics.get(table);
    List<Long> ends = epoch.ends().get(topic);
    if (ends == null) {
      throw new StageException(
          StageException.Kind.LOST,
          "epoch "
              + epoch.number()
              + " does not tell where the topic "
              + topic
              + " ends: the capture that wrote it did not capture its table. Start the capture with SQL that reads it,"
              + " or with --warehouse; then the star must be joined anew from the topics: run ./headrace replay"
              + " --rejoin");
    }
    if (ends.size() != partitions) {
      throw new BadRecordException(
          "epoch "
              + epoch.number()
              + " must tell the ends of "
              + partitions
              + " partitions of topic "
              + topic
              + " but tells "
              + ends.size());
    }
    return ends.get(ofPartition);
  }
}
