package io.headrace.transform;

import io.headrace.wire.Epoch;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Topics;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The work of one partition, free of Kafka Streams: takes what the topics bring in any order that
 * keeps each topic's own, and keeps the epochs whole. What stands in a fact topic before the mark
 * of an epoch is the join of that epoch's state on all sides, whatever came early or late.
 */
final class PartitionTask {

  /**
   * Held records applied in one go: a few milliseconds of work, so that the task stays ready to
   * commit.
   */
  static final int RELEASED_AT_ONCE = 2_000;

  /**
   * Where held parents stand: before all tables, so that base rows are joined with them at once and
   * sent once.
   */
  private static final int HELD_PARENTS = 0;

  private final JoinPlan plan;
  private final EpochEnds ends;
  private final int partition;
  private final boolean holdBack;
  private final boolean joins;
  private final Progress progress;
  private final HeldBack held;
  private final Facts facts;
  private final Outbox outbox;
  private final Neighbours neighbours;
  private final Neighbours.Mailbox mailbox;
  private final TellParents telling;

  /** What had been read of each table's topic when the task was opened. */
  private final long[] readBefore;

  /** The parents topic's number: after all tables. */
  private final int parentsTopic;

  private boolean learned;

  /** Whether nothing of the next epoch to mark was read before the task was opened. */
  private boolean whole;

  PartitionTask(
      JoinPlan plan,
      Topics topics,
      TaskPlace place,
      boolean holdBack,
      TaskStores stores,
      Outbox outbox,
      Neighbours neighbours) {
    this.plan = plan;
    ends = new EpochEnds(plan, topics, place.partitions());
    partition = place.partition();
    this.holdBack = holdBack;
    this.outbox = outbox;
    this.neighbours = neighbours;
    telling = new TellParents(neighbours.most());
    parentsTopic = plan.tables().size();
    progress =
        new Progress(stores.progress(), parentsTopic + 1, place.partitions(), place.firstEpoch());
    held = new HeldBack(stores.heldBack());
    var parentRows = stores.parentRows();
    var references = stores.references();
    joins = parentRows != null;
    facts =
        new Facts(
            plan,
            new BaseRows(stores.baseRows()),
            parentRows == null ? null : new ParentRows(parentRows, plan),
            references == null ? null : new References(references),
            outbox);
    startAt(place.firstEpoch());
    readBefore = IntStream.range(0, parentsTopic).mapToLong(progress::read).toArray();
    whole = Arrays.stream(readBefore).allMatch(read -> read == 0);
    mailbox = neighbours.open(partition);
  }

  void close() {
    neighbours.close(partition, mailbox);
  }

  /**
   * After a long stand the epochs may go on with a later one than expected: see {@link
   * StartOffsets}.
   */
  private void startAt(long firstEpoch) {
    Epoch newest = progress.newest();
    if (newest != null && firstEpoch > newest.number() + 1) {
      progress.forget();
      progress.present(firstEpoch);
    }
  }

  /** The last epoch that is complete here; null before the first. */
  @Nullable EpochMark completed() {
    return progress.completed();
  }

  /** Records read of all tables' topics, counted by offsets. */
  long recordsRead() {
    long sum = 0;
    for (int i = 0; i < parentsTopic; i++) {
      sum += progress.read(i);
    }
    return sum;
  }

  /**
   * Whether a record of a table's topic was not read before. Consumer offsets may be lost (they
   * expire), what was read may not: it is kept in the same transaction as what came of it.
   */
  boolean isNew(int table, long offset) {
    return offset >= progress.read(table);
  }

  /** A record of a table's topic. */
  void change(int table, long offset, long epoch, long timestamp, Change change) {
    if (!isNew(table, offset)) {
      return;
    }
    refuseLate(epoch);
    progress.read(table, offset + 1);
    if (plan.isParent(table)) {
      ParentMessage message = new ParentMessage(partition, epoch, table, change);
      outbox.broadcast(message, timestamp);
      telling.tell(message, timestamp);
    }
    if (plan.isBase(table)) {
      if (applies(epoch)) {
        facts.base(table, change, timestamp);
      } else {
        ByteBuffer payload = ByteBuffer.allocate(change.size());
        change.write(payload);
        held.hold(epoch, HELD_PARENTS + 1 + table, offset, timestamp, payload.array());
      }
    }
    advance();
  }

  /** A record of a table's topic that is set aside. */
  void skip(int table, long offset) {
    progress.read(table, offset + 1);
    advance();
  }

  /** A record of the parents topic. */
  void parent(ParentMessage message, byte[] bytes, long offset, long timestamp) {
    if (!isNew(parentsTopic, offset)) {
      return;
    }
    progress.read(parentsTopic, offset + 1);
    if (message.isMark()) {
      progress.mark(message.origin(), message.epoch());
    } else if (!isGiven(message)) {
      refuseLate(message.epoch());
      if (applies(message.epoch())) {
        apply(message, timestamp);
      } else {
        held.hold(message.epoch(), HELD_PARENTS, offset, timestamp, bytes);
      }
    }
    advance();
  }

  private void refuseLate(long epoch) {
    EpochMark completed = progress.completed();
    if (completed != null && epoch <= completed.number()) {
      throw new BadRecordException(
          "the record's epoch must be later than the last complete one, "
              + completed.number()
              + ", but was "
              + epoch);
    }
  }

  private boolean applies(long epoch) {
    return !holdBack || epoch <= progress.present() && !held.holds(progress.present());
  }

  /** A record of the epochs topic. */
  void epoch(Epoch epoch, long timestamp) {
    Epoch newest = progress.newest();
    long number = epoch.number();
    if (newest != null && number <= newest.number()) {
      return;
    }
    if (newest != null) {
      ends.refuseLoss(newest, epoch);
    }
    Epoch before = newest != null && newest.number() == number - 1 ? newest : null;
    if (before == null) {
      // The first, or the first after a long stand: what is older has no end of its own any more
      // and belongs to this one.
      progress.forget();
      progress.present(Math.max(progress.present(), number));
      progress.marked(number - 1);
    }
    BitSet awaited = joins ? ends.parentsChanged(before, epoch) : new BitSet();
    // After a start the others may know less than we do (see above) and wait for our mark although
    // nothing changed here.
    boolean marking = joins && (awaited.get(partition) || !learned);
    learned = true;
    progress.learn(new KnownEpoch(epoch, timestamp, awaited, marking));
    advance();
  }

  /** Goes on with what may be left over. */
  void advance() {
    int released = 0;
    while (true) {
      sendMarks();
      takeGiven();
      while (held.holds(progress.present())) {
        if (released >= RELEASED_AT_ONCE) {
          return;
        }
        released += held.release(progress.present(), RELEASED_AT_ONCE - released, this::apply);
      }
      KnownEpoch next = progress.next();
      if (next == null
          || next.number() != progress.present()
          || !isRead(next, false)
          || !isMarked(next)) {
        return;
      }
      complete(next);
    }
  }

  private void apply(int topic, ByteBuffer payload, long timestamp) {
    if (topic == HELD_PARENTS) {
      ParentMessage message = ParentMessage.read(payload);
      if (!isGiven(message)) {
        apply(message, timestamp);
      }
    } else {
      facts.base(topic - HELD_PARENTS - 1, Change.read(payload), timestamp);
    }
  }

  private void apply(ParentMessage message, long timestamp) {
    facts.parent(message.table(), message.origin(), message.change(), timestamp);
  }

  /** Whether a neighbour has given it already: newer ones of the same row may be here. */
  private boolean isGiven(ParentMessage message) {
    return message.epoch() <= progress.given(message.origin());
  }

  /**
   * All of an epoch from one origin at once: were some of it taken, and then the topic's copies of
   * those, the topic's copies of the others would not be taken any more.
   */
  private void takeGiven() {
    long epoch = holdBack ? progress.present() : Long.MAX_VALUE;
    for (EpochParents given = mailbox.take(epoch); given != null; given = mailbox.take(epoch)) {
      if (given.epoch() > progress.mark(given.origin())) {
        given.changes().forEach(told -> apply(told.message(), told.timestamp()));
        progress.given(given.origin(), given.epoch());
        progress.mark(given.origin(), given.epoch());
      }
    }
  }

  private void complete(KnownEpoch epoch) {
    outbox.complete(epoch.epoch(), epoch.timestamp());
    progress.complete(epoch);
    KnownEpoch next = progress.next();
    progress.present(next == null ? epoch.number() + 1 : next.number());
    outbox.commitSoon();
  }

  private void sendMarks() {
    for (KnownEpoch epoch = progress.toMark();
        epoch != null && isRead(epoch, true);
        epoch = progress.toMark()) {
      EpochParents parents = telling.take(partition, epoch.number(), whole);
      if (epoch.marking()) {
        outbox.broadcast(ParentMessage.mark(partition, epoch.number()), epoch.timestamp());
        if (parents == null || !neighbours.give(parents)) {
          outbox.commitSoon();
        }
      }
      progress.marked(epoch.number());
      whole = whole || wasOpenedBefore(epoch);
    }
  }

  /** Whether an epoch had not ended here when the task was opened. */
  private boolean wasOpenedBefore(KnownEpoch epoch) {
    return IntStream.range(0, parentsTopic)
        .filter(plan::isParent)
        .allMatch(table -> readBefore[table] <= ends.of(epoch.epoch(), table, partition));
  }

  private boolean isRead(KnownEpoch epoch, boolean parentsOnly) {
    for (int table = 0; table < parentsTopic; table++) {
      if ((!parentsOnly || plan.isParent(table))
          && progress.read(table) < ends.of(epoch.epoch(), table, partition)) {
        return false;
      }
    }
    return true;
  }

  private boolean isMarked(KnownEpoch epoch) {
    for (int i = epoch.awaited().nextSetBit(0); i >= 0; i = epoch.awaited().nextSetBit(i + 1)) {
      if (progress.mark(i) < epoch.number()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Nothing has come for a while: perhaps nothing is left before the present epoch's end.
   *
   * @return whether something was found
   */
  boolean lookForGaps(Gaps gaps) {
    KnownEpoch next = progress.next();
    if (next == null || next.number() != progress.present()) {
      return false;
    }
    boolean found = false;
    for (int table = 0; table < parentsTopic; table++) {
      long end = ends.of(next.epoch(), table, partition);
      long read = progress.read(table);
      if (read < end) {
        long empty = Math.min(gaps.emptyUpTo(table, read, end), end);
        if (empty > read) {
          progress.read(table, empty);
          found = true;
        }
      }
    }
    advance();
    return found;
  }
}
