package io.headrace.transform;

import java.util.Comparator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.PriorityBlockingQueue;
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

  /** So many times what may be given at once may wait for a task. */
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

  /** What waits for one task, which alone takes it. */
  static final class Mailbox {

    private final Queue<EpochParents> given =
        new PriorityBlockingQueue<>(16, Comparator.comparingLong(EpochParents::epoch));
    private final AtomicInteger waiting = new AtomicInteger();
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
      EpochParents first = given.peek();
      if (first == null || first.epoch() > epoch) {
        return null;
      }
      EpochParents taken = given.remove(); // it, or an earlier one that has come meanwhile
      waiting.addAndGet(-taken.weight());
      return taken;
    }
  }
}
