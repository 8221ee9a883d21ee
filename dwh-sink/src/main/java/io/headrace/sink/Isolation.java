package io.headrace.sink;

import io.headrace.sink.References.ForeignKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A merge of staged rows in which the rows that the warehouse refuses are left out. A row may be
 * refused only for what another one still is (a value that must be unique moves from row to row, a
 * child waits for its parent): so refused rows are tried again until nothing changes any more.
 */
final class Isolation {

  /** Refused rows looked for beyond the limit, because some may be taken in the end. */
  private static final int MORE = 1_000;

  private final Connection connection;
  private final List<TableMerge> parentsFirst;
  private final References references;
  private final int most;
  private boolean complete;

  /**
   * In the running transaction.
   *
   * @param limit how many dead letters there may be; with 0 the first one is enough
   */
  Isolation(
      Connection connection, List<TableMerge> parentsFirst, References references, int limit) {
    this.connection = connection;
    this.parentsFirst = parentsFirst;
    this.references = references;
    this.most = limit == 0 ? 0 : limit + MORE;
  }

  /**
   * Merges, and empties the stages.
   *
   * @param replace whether everything is taken away that is not staged
   * @param withLetters the oids of the tables in which a row is missing or out of date already
   * @return what was left out
   * @throws SQLException for a foreign key that the source itself breaks, or when no row is to
   *     blame
   */
  List<Refused> run(boolean replace, Set<Long> withLetters) throws SQLException {
    try (Statement set = connection.createStatement()) {
      set.execute("SET CONSTRAINTS ALL IMMEDIATE");
    }
    for (TableMerge table : parentsFirst) {
      table.alone().begin();
    }
    for (TableMerge table : parentsFirst) {
      table.alone().upsert(most);
    }
    List<TableMerge> childrenFirst = new ArrayList<>(parentsFirst);
    Collections.reverse(childrenFirst);
    for (TableMerge table : childrenFirst) {
      if (replace) {
        table.alone().deleteOthers();
      } else {
        table.alone().delete(most);
      }
    }
    complete = parentsFirst.stream().allMatch(table -> table.alone().count() <= most);
    if (complete) {
      tryAgain(!replace);
    }
    List<Refused> refused = new ArrayList<>();
    for (TableMerge table : parentsFirst) {
      refused.addAll(table.alone().refused(table));
    }
    mustNotBeTheSource(refused, withLetters);
    for (TableMerge table : parentsFirst) {
      table.alone().end();
    }
    return refused;
  }

  /** Whether all refused rows were found; otherwise there are too many. */
  boolean complete() {
    return complete;
  }

  private void tryAgain(boolean deletes) throws SQLException {
    boolean progress = true;
    while (progress) {
      progress = false;
      for (TableMerge table : parentsFirst) {
        progress |= table.alone().again(deletes);
      }
    }
  }

  /**
   * A reference to a row that is set aside is broken by that, and nobody's fault. Any other is
   * broken in the source too.
   */
  private void mustNotBeTheSource(List<Refused> refused, Set<Long> withLetters)
      throws SQLException {
    Set<Long> incomplete = new HashSet<>(withLetters);
    List<Refused> open = new ArrayList<>();
    for (Refused each : refused) {
      if (other(each) == null) {
        incomplete.add(each.table().target().oid());
      } else {
        open.add(each);
      }
    }
    boolean more = true;
    while (more) {
      more = false;
      for (Refused each : List.copyOf(open)) {
        Long other = other(each);
        if (other != null && incomplete.contains(other)) {
          incomplete.add(each.table().target().oid());
          open.remove(each);
          more = true;
        }
      }
    }
    if (!open.isEmpty()) {
      throw open.get(0).failure();
    }
  }

  /** The other table of the star's foreign key that is broken; null when it is none. */
  private @Nullable Long other(Refused refused) {
    SqlFailure failure = new SqlFailure(refused.failure());
    if (!failure.breaksForeignKey()) {
      return null;
    }
    long own = refused.table().target().oid();
    for (ForeignKey key : references.keys()) {
      if (failure.concerns(key.table(), key.name())) {
        return key.from() == own ? key.to() : key.from();
      }
    }
    return null;
  }
}
