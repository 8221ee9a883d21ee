package io.headrace.transform;

import java.util.Arrays;
import java.util.BitSet;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Applies changes to the stores of one task and sends the facts that change by them. What was sent
 * for a base row is always the join of what the stores hold.
 */
final class Facts {

  private final JoinPlan plan;
  private final BaseRows baseRows;
  private final @Nullable ParentRows parentRows;
  private final @Nullable References references;
  private final Outbox outbox;

  Facts(
      JoinPlan plan,
      BaseRows baseRows,
      @Nullable ParentRows parentRows,
      @Nullable References references,
      Outbox outbox) {
    this.plan = plan;
    this.baseRows = baseRows;
    this.parentRows = parentRows;
    this.references = references;
    this.outbox = outbox;
  }

  /** A change of this partition's rows of a base table. */
  void base(int table, Change change, long timestamp) {
    if (change.kind() == Change.Kind.TRUNCATE) {
      baseRows.keys(table, key -> base(table, key, null, change.again(), timestamp));
    } else {
      base(
          table,
          change.key(),
          change.kind() == Change.Kind.UPSERT ? change.row() : null,
          change.again(),
          timestamp);
    }
  }

  private void base(
      int table, byte[] key, byte @Nullable [] newRow, boolean again, long timestamp) {
    byte[] oldRow = baseRows.get(table, key);
    if (!again && Arrays.equals(oldRow, newRow)) {
      return;
    }
    baseRows.put(table, key, newRow);
    Row before = oldRow == null ? null : Row.of(oldRow, plan.width(table));
    Row after = newRow == null ? null : Row.of(newRow, plan.width(table));
    if (references != null) {
      references.moved(plan.foreignKeysOfBase(table), key, before, after);
    }
    for (FactJoin join : plan.basedOn(table)) {
      byte[] is = after == null ? null : join.fact(after, this::find);
      if (again || differs(join, before, after, is)) {
        outbox.fact(join.star(), key, is, timestamp);
      }
    }
  }

  private boolean differs(
      FactJoin join, @Nullable Row before, @Nullable Row after, byte @Nullable [] is) {
    if (before == null) {
      return is != null;
    }
    if (after != null && is != null && join.differs(before, after)) {
      return true;
    }
    return !Arrays.equals(join.fact(before, this::find), is);
  }

  private @Nullable Row find(int join, int table, Bytes place) {
    return joined().find(table, place);
  }

  /** A change of a joined table's rows that came from a partition. */
  void parent(int table, int origin, Change change, long timestamp) {
    if (change.kind() == Change.Kind.TRUNCATE) {
      joined().places(table, origin, place -> parent(table, place, origin, null, timestamp));
      return;
    }
    Row row = change.kind() == Change.Kind.UPSERT ? Row.of(change.row(), plan.width(table)) : null;
    parent(table, StoreKeys.row(table, change.key()), origin, row, timestamp);
  }

  private void parent(int table, Bytes place, int origin, @Nullable Row after, long timestamp) {
    Row before = joined().find(table, place);
    if (before == null
        ? after == null
        : after != null && Arrays.equals(before.bytes(), after.bytes())) {
      return;
    }
    joined().put(place, origin, after);
    referring().moved(plan.foreignKeysOfParent(table), StoreKeys.key(place), before, after);
    for (FactJoin join : plan.joining(table)) {
      new FanOut(join, place, before, timestamp).follow(table, after);
    }
  }

  private ParentRows joined() {
    return java.util.Objects.requireNonNull(parentRows, "a star without joins has no parents");
  }

  private References referring() {
    return java.util.Objects.requireNonNull(references, "a star without joins has no references");
  }

  /** What one changed parent row changes in one star table. */
  private final class FanOut implements Parents {
    private final FactJoin join;
    private final Bytes changed;
    private final @Nullable Row before;
    private final long timestamp;
    private final BitSet telling = new BitSet();
    private int firstTouch;

    FanOut(FactJoin join, Bytes changed, @Nullable Row before, long timestamp) {
      this.join = join;
      this.changed = changed;
      this.before = before;
      this.timestamp = timestamp;
    }

    /** Sends the facts of the base rows whose paths meet the changed row where that can tell. */
    void follow(int table, @Nullable Row after) {
      for (int i = 0; i < join.steps().size(); i++) {
        telling.set(i, join.steps().get(i).table() == table && !join.alike(i, before, after));
      }
      telling.stream().forEach(step -> walk(step, changed, step));
    }

    private void walk(int step, Bytes parentPlace, int touched) {
      FactJoin.Step joined = join.steps().get(step);
      referring()
          .children(
              joined.foreignKey(),
              parentPlace,
              child -> {
                if (joined.from() == 0) {
                  send(child, touched);
                } else {
                  int below = joined.from() - 1;
                  walk(below, StoreKeys.row(join.steps().get(below).table(), child), touched);
                }
              });
    }

    /**
     * Sends a base row's fact if it changed. A row may be met at several telling joins, where a
     * table is joined more than once: it is taken at the first. Up to there its path is the same
     * before and after, so the index finds it in either state.
     */
    private void send(byte[] key, int touched) {
      byte[] stored = baseRows.get(join.base(), key);
      if (stored == null) {
        throw new IllegalStateException(
            "an index entry must belong to a row of " + plan.tables().get(join.base()).name());
      }
      Row row = Row.of(stored, plan.width(join.base()));
      firstTouch = -1;
      byte[] was = join.fact(row, this);
      if (firstTouch != touched) {
        return;
      }
      byte[] is = join.fact(row, Facts.this::find);
      if (!Arrays.equals(was, is)) {
        outbox.fact(join.star(), key, is, timestamp);
      }
    }

    /** The state before the change. */
    @Override
    public @Nullable Row find(int step, int table, Bytes place) {
      if (!place.equals(changed)) {
        return joined().find(table, place);
      }
      if (firstTouch < 0 && telling.get(step)) {
        firstTouch = step;
      }
      return before;
    }
  }
}
