package io.headrace.transform;

import io.headrace.transform.EpochParents.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a task tells others of its joined rows until an epoch's mark is due. What becomes
 * too much, and what was told before the task was opened, is only in the topic.
 */
final class TellParents {

  private final int most;
  private final TreeMap<Long, List<Told>> epochs = new TreeMap<>();
  private int weight;

  /** Of epochs up to this one something may not be here. */
  private long missing;

  private long taken;

  /**
   * Nothing at first.
   *
   * @param most how many changes there may be, by weight; whoever takes them, takes them at once
   */
  TellParents(int most) {
    this.most = most;
  }

  void tell(ParentMessage message, long timestamp) {
    long epoch = message.epoch();
    if (epoch <= missing) {
      return;
    }
    Told told = new Told(message, timestamp);
    weight += told.weight();
    epochs.computeIfAbsent(epoch, e -> new ArrayList<>()).add(told);
    if (weight > most) {
      missing = epochs.lastKey();
      epochs.clear();
      weight = 0;
    }
  }

  /**
   * Takes what belongs to an epoch and those since the one that was taken before; null when not all
   * of it is here.
   *
   * @param whole whether all of it was told since the task was opened
   */
  @Nullable EpochParents take(int origin, long epoch, boolean whole) {
    boolean complete = whole && missing <= taken;
    taken = epoch;
    Map<Long, List<Told>> ended = epochs.headMap(epoch, true);
    List<Told> changes = ended.values().stream().flatMap(List::stream).toList();
    ended.clear();
    weight -= changes.stream().mapToInt(Told::weight).sum();
    return complete ? new EpochParents(origin, epoch, changes) : null;
  }
}
