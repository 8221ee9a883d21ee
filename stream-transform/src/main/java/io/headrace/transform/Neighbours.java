package io.headrace.transform;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of this process, of all its threads, hand each other the parents of whole epochs, which
 * saves waiting for Kafka to commit them. Only a short cut: all of it is in the parents topic as
 * well, where tasks of other processes read it, and this process after a crash. It may be taken
 * because what a task tells is made of committed records of the tables' topics and of nothing else,
 * so it is the same however often it is told.
 */
final class Neighbours {

  /** As many changes of an epoch are given, at most, and this many times as many may wait. */
  private static final int WAITING = 5;

  private final int partitions;
  private final int most;
  private final Map<Integer, Mailbox> mailboxes = new ConcurrentHashMap<>();

  /**
   * Nobody at first.
   *
   * @param partitions how many tasks there are in all processes together
   * @param most how many changes of an epoch a task may give, by weight; more go by the topic only
   */
  Neighbours(int partitions, int most) {
    this.partitions = partitions;
    this.most = most;
  }

  int most() {
    return most;
  }

  /** A task begins; what is given before it reaches it by the topic only. */
  Mailbox open(int partition) {
    Mailbox mailbox = new Mailbox(most * WAITING);
    mailboxes.put(partition, mailbox);
    return mailbox;
  }

  void close(int partition, Mailbox mailbox) {
    mailboxes.remove(partition, mailbox);
  }

  /**
   * To all, the giver too.
   *
   * @return whether nobody is left who learns of it by the topic only
   */
  boolean give(EpochParents parents) {
    return mailboxes.values().stream().filter(mailbox -> mailbox.put(parents)).count()
        == partitions;
  }

  /** What waits for one task. It takes it in its own thread. */
  static final class Mailbox {

    private final Queue<EpochParents> given = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final TreeMap<Long, Queue<EpochParents>> epochs = new TreeMap<>();
    private final int full;

    private Mailbox(int full) {
      this.full = full;
    }

    private boolean put(EpochParents parents) {
      int size = parents.weight();
      if (waiting.addAndGet(size) > full) {
        waiting.addAndGet(-size);
        return false;
      }
      given.add(parents);
      return true;
    }

    /** Takes what belongs to an epoch, or an earlier one; null when there is nothing more. */
    @Nullable EpochParents take(long epoch) {
      for (EpochParents next = given.poll(); next != null; next = given.poll()) {
        epochs.computeIfAbsent(next.epoch(), e -> new ArrayDeque<>()).add(next);
      }
      while (!epochs.isEmpty() && epochs.firstKey() <= epoch) {
        EpochParents next = epochs.firstEntry().getValue().poll();
        if (next != null) {
          waiting.addAndGet(-next.weight());
          return next;
        }
        epochs.pollFirstEntry();
      }
      return null;
    }
  }
}
