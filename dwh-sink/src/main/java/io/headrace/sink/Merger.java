package io.headrace.sink;

import io.headrace.stage.StageException;
import io.headrace.wire.EpochMark;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Merges epochs into the star, each merge in one transaction with the position and the Kafka
 * offsets. A transaction opens early when an epoch is larger than memory: its rows then go to the
 * stage as they come.
 */
final class Merger {
  /** From so many rows on, the stage is analyzed and the statements are planned anew. */
  private static final int MANY = 2_000;

  /** From so many rows on, the target is analyzed after the merge. */
  private static final int LARGE = 50_000;

  /**
   * For sorting and hashing staged rows; PostgreSQL's default of 4 MB is meant for many small
   * sessions.
   */
  private static final String WORK_MEM = "64MB";

  private final Connection connection;
  private final WriterLock lock;
  private final Failpoints failpoints;
  private final List<TableMerge> parentsFirst = new ArrayList<>();
  private final PositionUpdate position;
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
   * @param generation the star's definition
   * @param topicIds Kafka's ids of the topics
   */
  record Beginning(String generation, Map<String, String> topicIds) {}

  /**
   * Creates the stages and commits.
   *
   * @param star the star tables in the star's order
   */
  Merger(
      Connection connection,
      List<Target> star,
      References references,
      WriterLock lock,
      Failpoints failpoints)
      throws SQLException {
    this.connection = connection;
    this.lock = lock;
    this.failpoints = failpoints;
    for (Target target : references.parentsFirst(star)) {
      parentsFirst.add(new TableMerge(connection, target, star.indexOf(target)));
    }
    position = new PositionUpdate(connection);
    connection.commit();
  }

  /** Sends rows ahead that the next merge is certain to take. */
  void stage(List<List<Lines>> rows) throws SQLException {
    staged = true;
    copy(rows, true);
  }

  /** Takes the rows, and those staged before, into the star. */
  void merge(List<List<Lines>> rows, Goal goal) throws SQLException {
    boolean many = staged || rows.stream().flatMap(List::stream).mapToInt(Lines::rows).sum() > MANY;
    copy(rows, many);
    failpoints.at(Failpoints.Point.AFTER_COPY);
    lock.hold();
    if (many) {
      mergeMany(false);
    } else {
      mergeFew();
    }
    position.run(goal.mark(), goal.offsets());
    commit();
  }

  /**
   * Takes the rows, and those staged before, into the star, and whatever else was there out of it.
   */
  void replace(List<List<Lines>> rows, Goal goal, Beginning beginning) throws SQLException {
    copy(rows, true);
    failpoints.at(Failpoints.Point.AFTER_COPY);
    lock.hold();
    mergeMany(true);
    Position.replace(
        connection, beginning.generation(), goal.mark(), goal.offsets(), beginning.topicIds());
    commit();
  }

  private void copy(List<List<Lines>> rows, boolean many) throws SQLException {
    for (TableMerge table : parentsFirst) {
      run(table, () -> table.copy(rows.get(table.table()), many));
    }
  }

  private void mergeFew() throws SQLException {
    for (TableMerge table : parentsFirst) {
      run(table, table::upsertFew);
    }
    for (int i = parentsFirst.size() - 1; i >= 0; i--) {
      TableMerge table = parentsFirst.get(i);
      run(table, table::deleteFew);
    }
  }

  private void mergeMany(boolean replace) throws SQLException {
    try (Statement set = connection.createStatement()) {
      set.execute("SET LOCAL work_mem = '" + WORK_MEM + "'");
    }
    List<TableMerge.Step> childrenFirst = new ArrayList<>();
    for (TableMerge table : parentsFirst) {
      run(
          table,
          () -> {
            TableMerge.Step second = table.upsertMany(replace);
            childrenFirst.add(() -> run(table, second));
          });
    }
    Collections.reverse(childrenFirst);
    for (TableMerge.Step second : childrenFirst) {
      second.run();
    }
  }

  private void commit() throws SQLException {
    failpoints.at(Failpoints.Point.BEFORE_COMMIT);
    connection.commit();
    failpoints.at(Failpoints.Point.AFTER_COMMIT);
    analyzeLarge();
    staged = false;
    parentsFirst.forEach(TableMerge::over);
  }

  /**
   * What has just been filled would be taken for empty in every plan until autovacuum comes round.
   */
  private void analyzeLarge() throws SQLException {
    for (TableMerge table : parentsFirst) {
      if (table.rows() > LARGE) {
        try (Statement analyze = connection.createStatement()) {
          analyze.execute("ANALYZE " + table.target().name().quoted());
        }
        connection.commit();
      }
    }
  }

  private static void run(TableMerge table, TableMerge.Step step) throws SQLException {
    try {
      step.run();
    } catch (SQLException e) {
      SqlFailure failure = new SqlFailure(e);
      if (failure.passes() || failure.breaksForeignKey()) {
        throw e;
      }
      throw new StageException(
          failure.needsOtherSettings() ? StageException.Kind.SETTINGS : StageException.Kind.FAILED,
          "The warehouse refuses facts for its table "
              + table.target().name()
              + ": "
              + failure.sentence(),
          e);
    }
  }
}
