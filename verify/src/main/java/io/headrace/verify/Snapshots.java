package io.headrace.verify;

import io.headrace.wire.EpochMark;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots in use, taken anew when they have been held for long enough: a snapshot keeps
 * PostgreSQL from cleaning up behind it.
 */
final class Snapshots implements AutoCloseable {
  private final Aligner aligner;
  private final Duration hold;
  private final Check check;
  private @Nullable AlignedSnapshots current;
  private @Nullable EpochMark first;
  private @Nullable EpochMark last;
  private long takenAt;
  private int taken;

  /** Whether a snapshot of the warehouse is one that can be compared. */
  interface Check {
    void accept(Connection warehouse) throws SQLException;
  }

  /**
   * None yet.
   *
   * @param check throws for a snapshot that cannot be used
   */
  Snapshots(Aligner aligner, Duration hold, Check check) {
    this.aligner = aligner;
    this.hold = hold;
    this.check = check;
  }

  /** Takes new ones if there are none, or old ones. */
  void refresh() throws SQLException {
    if (current == null || System.nanoTime() - takenAt > hold.toNanos()) {
      renew();
    }
  }

  /** Takes new ones. */
  void renew() throws SQLException {
    close();
    AlignedSnapshots fresh = aligner.align();
    current = fresh;
    takenAt = System.nanoTime();
    taken++;
    last = fresh.position();
    first = first == null ? last : first;
    Session.prepare(fresh.source());
    Session.prepare(fresh.warehouse());
    check.accept(fresh.warehouse());
  }

  /** How often they were taken: what was read at one number was read at one commit. */
  int taken() {
    return taken;
  }

  Connection source() {
    return current().source();
  }

  Connection warehouse() {
    return current().warehouse();
  }

  private AlignedSnapshots current() {
    if (current == null) {
      throw new IllegalStateException("no snapshots are held");
    }
    return current;
  }

  /** Where the first ones were taken; null before. */
  @Nullable EpochMark first() {
    return first;
  }

  /** Where the last ones were taken; null before. */
  @Nullable EpochMark last() {
    return last;
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
