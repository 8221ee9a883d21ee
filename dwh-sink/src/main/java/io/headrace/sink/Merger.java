package io.headrace.sink;

import io.headrace.sink.References.ForeignKey;
import io.headrace.star.Star;
import io.headrace.wire.EpochMark;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Merges epochs into the star, each merge in one transaction with the position and the Kafka
 * offsets. A transaction opens early when an epoch is larger than memory: its rows then go to the
 * stage as they come.
 */
final class Merger {
  /** From so many rows on, they go through a stage, and the statements are planned for them. */
  private static final int MANY = 2_000;

  /** From so many rows on, the target is analyzed after the merge. */
  private static final int LARGE = 50_000;

  /**
   * For sorting and hashing staged rows; PostgreSQL's default of 4 MB is meant for many small
   * sessions.
   */
  private static final String WORK_MEM = "64MB";

  private final Connection connection;
  private final StarPlace place;
  private final ForeignKeys foreignKeys;
  private final WriterLock lock;
  private final Failpoints failpoints;
  private final List<TableMerge> parentsFirst = new ArrayList<>();
  private final PositionUpdate position;
  private final MergeHold.Limit limit;
  private boolean staged;

  /**
   * Where a merge leads.
   *
   * @param mark the epoch
   * @param offsets where reading goes on after it
   */
  record Goal(EpochMark mark, Map<TopicPartition, Long> offsets) {}

  /**
   * A first merge.
   *
   * @param star the star
   * @param topicIds Kafka's ids of the topics
   */
  record Beginning(Star star, Map<String, String> topicIds) {}

  /**
   * Creates the stages and commits.
   *
   * @param star the star tables in the star's order
   */
  Merger(
      Connection connection,
      StarPlace place,
      List<Target> star,
      ForeignKeys foreignKeys,
      WriterLock lock,
      Failpoints failpoints)
      throws SQLException {
    this.connection = connection;
    this.place = place;
    this.foreignKeys = foreignKeys;
    this.lock = lock;
    this.failpoints = failpoints;
    for (Target target : foreignKeys.read(star).parentsFirst(star)) {
      parentsFirst.add(TableMerge.prepare(connection, target, star.indexOf(target)));
    }
    position = new PositionUpdate(connection, place);
    limit = new MergeHold.Limit(connection, place);
    connection.commit();
  }

  /** How far the next merge may go. */
  long limit() throws SQLException {
    return limit.epoch();
  }

  /** Sends rows ahead that the next merge is certain to take. */
  void stage(List<List<Lines>> rows) throws SQLException {
    staged = true;
    copy(rows);
  }

  /** Takes the rows, and those staged before, into the star. */
  void merge(List<List<Lines>> rows, Goal goal) throws SQLException {
    boolean many = staged || rows.stream().flatMap(List::stream).mapToInt(Lines::rows).sum() > MANY;
    if (many) {
      copy(rows);
    }
    failpoints.at(Failpoints.Point.AFTER_COPY);
    lock.hold();
    if (many) {
      mergeMany(false);
    } else {
      mergeFew(rows);
    }
    position.run(goal.mark(), goal.offsets());
    commit();
  }

  /**
   * Takes the rows, and those staged before, into the star, and whatever else was there out of it.
   */
  void replace(List<List<Lines>> rows, Goal goal, Beginning beginning) throws SQLException {
    copy(rows);
    failpoints.at(Failpoints.Point.AFTER_COPY);
    lock.hold();
    List<ForeignKey> suspended = suspendForeignKeys();
    mergeMany(true);
    foreignKeys.resume(suspended);
    Position.replace(
        connection, place, beginning.star(), goal.mark(), goal.offsets(), beginning.topicIds());
    commit();
  }

  /** Row by row, checking the references of a first load would take longer than the load. */
  private List<ForeignKey> suspendForeignKeys() throws SQLException {
    long rows = parentsFirst.stream().mapToLong(table -> table.many().rows()).sum();
    if (rows <= MANY) {
      return List.of();
    }
    for (TableMerge table : parentsFirst) {
      if (table.many().targetHasRows()) {
        return List.of();
      }
    }
    return foreignKeys.suspend(parentsFirst.stream().map(TableMerge::target).toList());
  }

  private void copy(List<List<Lines>> rows) throws SQLException {
    for (TableMerge table : parentsFirst) {
      List<Lines> lines = rows.get(table.table());
      try {
        table.many().copy(lines);
      } catch (SQLException e) {
        throw Refusal.inCopy(table.target(), lines, e);
      }
    }
  }

  private void mergeFew(List<List<Lines>> rows) throws SQLException {
    for (TableMerge table : parentsFirst) {
      try {
        table.few().upsert(rows.get(table.table()));
      } catch (SQLException e) {
        throw Refusal.inMerge(table.target(), e, () -> culprit(table, rows.get(table.table()), e));
      }
    }
    for (TableMerge table : childrenFirst()) {
      try {
        table.few().delete();
      } catch (SQLException e) {
        throw Refusal.inMerge(table.target(), e, () -> null);
      }
    }
  }

  /** Takes the way of many rows to find the one: it knows which. */
  private @Nullable String culprit(TableMerge table, List<Lines> rows, SQLException failure)
      throws SQLException {
    connection.rollback();
    try {
      table.many().copy(rows);
    } catch (SQLException e) {
      throw Refusal.inCopy(table.target(), rows, e);
    }
    return table.many().culprit(failure);
  }

  private void mergeMany(boolean replace) throws SQLException {
    try (Statement set = connection.createStatement()) {
      set.execute("SET LOCAL work_mem = '" + WORK_MEM + "'");
    }
    for (TableMerge table : parentsFirst) {
      Savepoint before = connection.setSavepoint();
      try {
        table.many().upsert(replace);
        connection.releaseSavepoint(before);
      } catch (SQLException e) {
        throw Refusal.inMerge(
            table.target(),
            e,
            () -> {
              connection.rollback(before);
              return table.many().culprit(e);
            });
      }
    }
    for (TableMerge table : childrenFirst()) {
      try {
        table.many().delete();
      } catch (SQLException e) {
        throw Refusal.inMerge(table.target(), e, () -> null);
      }
    }
  }

  private List<TableMerge> childrenFirst() {
    List<TableMerge> reversed = new ArrayList<>(parentsFirst);
    Collections.reverse(reversed);
    return reversed;
  }

  private void commit() throws SQLException {
    failpoints.at(Failpoints.Point.BEFORE_COMMIT);
    connection.commit();
    failpoints.at(Failpoints.Point.AFTER_COMMIT);
    analyzeLarge();
    staged = false;
    parentsFirst.forEach(table -> table.many().over());
  }

  /**
   * What has just been filled would be taken for empty in every plan until autovacuum comes round.
   */
  private void analyzeLarge() throws SQLException {
    for (TableMerge table : parentsFirst) {
      if (table.many().rows() > LARGE) {
        try (Statement analyze = connection.createStatement()) {
          analyze.execute("ANALYZE " + table.target().name().quoted());
        }
        connection.commit();
      }
    }
  }
}
