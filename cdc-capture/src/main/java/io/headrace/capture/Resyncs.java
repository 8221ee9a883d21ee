package io.headrace.capture;

import io.headrace.stage.StageListener;
import io.headrace.star.TableName;
import io.headrace.wire.Resync;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables that are captured again, one after the other, each in two passes: first every row of
 * the source in the order of its primary key, then what the topic has and the source has not.
 * Between two readings nothing is kept but what the epochs tell.
 */
final class Resyncs {

  /** How long the epochs tell of one that has ended, and of how many at most. */
  private static final Duration TOLD = Duration.ofHours(1);

  private static final int MOST_TOLD = 50;

  private final RereadTables tables;
  private final TopicKeys topic;
  private final StageListener listener;
  private final Clock clock;
  private final List<Resync> resyncs;
  private final Deque<Resync.Ended> ended;
  private ChunkSize size = new ChunkSize();

  /**
   * Goes on.
   *
   * @param resyncs what is under way at the position that the stream begins with
   * @param ended what the position tells of those that have ended
   */
  Resyncs(
      RereadTables tables,
      TopicKeys topic,
      StageListener listener,
      Clock clock,
      List<Resync> resyncs,
      List<Resync.Ended> ended) {
    this.tables = tables;
    this.topic = topic;
    this.listener = listener;
    this.clock = clock;
    this.resyncs = new ArrayList<>(resyncs);
    this.ended = new ArrayDeque<>(ended);
  }

  /** Those at the end of the present epoch. */
  List<Resync> now() {
    return resyncs;
  }

  /** Those that have ended lately. */
  List<Resync.Ended> ended() {
    Instant since = clock.instant().minus(TOLD);
    while (ended.size() > MOST_TOLD || (!ended.isEmpty() && ended.element().at().isBefore(since))) {
      ended.remove();
    }
    return List.copyOf(ended);
  }

  /** The one at work. */
  Resync first() {
    return resyncs.get(0);
  }

  /** Takes a request. */
  void add(String id, CapturedTable captured) throws Reread.RefusedException {
    TableName table = captured.name();
    if (resyncs.stream().anyMatch(other -> other.table().equals(table))) {
      throw new Reread.RefusedException(
          "The table " + table + " is being captured again already, or waits for that.");
    }
    resyncs.add(
        Resync.of(id, table, Resync.Trigger.MANUAL, clock.instant(), topic.ends(captured.topic())));
    listener.says("The table " + table + " is captured again.");
  }

  /** What is to be read next; null when nothing is under way. */
  @Nullable Reread next() throws Reread.RefusedException {
    if (resyncs.isEmpty()) {
      return null;
    }
    Resync resync = first();
    return switch (resync.pass()) {
      case ROWS -> new ResyncRows(resync, tables, size);
      case GHOSTS -> new ResyncGhosts(resync, tables, topic);
    };
  }

  /**
   * Something has been read and sent.
   *
   * @return whether all of it is done
   */
  boolean advance(Reread.Rows rows) {
    Resync before = first();
    long read = before.rows() + rows.read();
    boolean last = rows.complete();
    Resync.Pass pass = last ? Resync.Pass.GHOSTS : before.pass();
    if (before.pass() == Resync.Pass.ROWS) {
      long estimated = tables.estimatedRows(before.table());
      listener.progress(
          "capturing " + before.table() + " again",
          read,
          last ? read : estimated < 0 ? -1 : Math.max(read, estimated));
    }
    resyncs.set(0, before.at(pass, last ? null : rows.after(), read));
    boolean done =
        last
            && (before.pass() == Resync.Pass.GHOSTS
                || before.until().stream().allMatch(end -> end == 0));
    if (done) {
      end(null);
      listener.says("The table " + before.table() + " has been captured again: " + read + " rows.");
    }
    return done;
  }

  /** The one at work cannot be done. */
  void giveUp(String why) {
    end(why);
  }

  private void end(@Nullable String error) {
    ended.add(resyncs.remove(0).ended(clock.instant(), error));
    size = new ChunkSize();
  }
}
