package io.headrace.capture;

import io.headrace.stage.StageListener;
import io.headrace.star.TableName;
import io.headrace.wire.Resync;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables that are captured again, one after the other, each in two passes: first every row of
 * the source in the order of its primary key, then what the topic has and the source has not.
 * Between two readings nothing is kept but what the epochs tell.
 */
final class Resyncs {

  private final RereadTables tables;
  private final TopicKeys topic;
  private final StageListener listener;
  private final List<Resync> resyncs;
  private ChunkSize size = new ChunkSize();

  /**
   * Goes on.
   *
   * @param resyncs what is under way at the position that the stream begins with
   */
  Resyncs(RereadTables tables, TopicKeys topic, StageListener listener, List<Resync> resyncs) {
    this.tables = tables;
    this.topic = topic;
    this.listener = listener;
    this.resyncs = new ArrayList<>(resyncs);
  }

  /** Those at the end of the present epoch. */
  List<Resync> now() {
    return resyncs;
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
    resyncs.add(Resync.of(id, table, false, topic.ends(captured.topic())));
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
    boolean done =
        last
            && (before.pass() == Resync.Pass.GHOSTS
                || before.until().stream().allMatch(end -> end == 0));
    if (done) {
      remove();
      listener.says("The table " + before.table() + " has been captured again: " + read + " rows.");
    } else {
      resyncs.set(0, before.at(pass, last ? null : rows.after(), read));
    }
    return done;
  }

  /** The one at work has ended. */
  void remove() {
    resyncs.remove(0);
    size = new ChunkSize();
  }
}
