package io.headrace.sink;

import io.headrace.stage.StageException;
import io.headrace.star.StarTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an error while facts are merged: what can pass or be mended is thrown as it came,
 * anything else tells table, key and rule.
 */
final class Refusal {

  private Refusal() {}

  /** Searches a row's key; null when it cannot be told. */
  interface Search {
    @Nullable String key() throws SQLException;
  }

  /** The warehouse did not take a line into the stage. */
  static StageException inCopy(Target target, List<Lines> lines, SQLException cause)
      throws SQLException {
    SqlFailure failure = new SqlFailure(cause);
    throwIfBearable(failure, cause);
    int line = failure.copyLine();
    for (Lines each : lines) {
      if (line > 0 && line <= each.rows()) {
        return refusal(target, key(target, each, line), column(target, failure), failure, cause);
      }
      line -= each.rows();
    }
    return refusal(target, null, column(target, failure), failure, cause);
  }

  /** The warehouse did not take staged rows into the star. */
  static StageException inMerge(Target target, SQLException cause, Search search)
      throws SQLException {
    SqlFailure failure = new SqlFailure(cause);
    throwIfBearable(failure, cause);
    return refusal(target, search.key(), null, failure, cause);
  }

  private static void throwIfBearable(SqlFailure failure, SQLException cause) throws SQLException {
    if (failure.passes() || failure.breaksForeignKey()) {
      throw cause;
    }
  }

  private static String key(Target target, Lines lines, int line) {
    List<@Nullable String> inputs = lines.inputs(line);
    List<String> key = new ArrayList<>();
    target.starTable().key().forEach(i -> key.add(String.valueOf(inputs.get(i))));
    return String.join(", ", key);
  }

  private static @Nullable String column(Target target, SqlFailure failure) {
    StarTable table = target.starTable();
    int input = failure.copyInput();
    if (input < 1 || input > table.inputs().size()) {
      return null;
    }
    StarTable.Input place = table.inputs().get(input - 1);
    return table.source(place.from()).name() + "." + table.column(place).name();
  }

  private static StageException refusal(
      Target target,
      @Nullable String key,
      @Nullable String column,
      SqlFailure failure,
      SQLException cause) {
    return new StageException(
        failure.needsOtherSettings() ? StageException.Kind.SETTINGS : StageException.Kind.FAILED,
        "The warehouse refuses a fact for its table "
            + target.name()
            + (key == null ? "" : ", key (" + key + ")")
            + (column == null ? "" : ", column " + column)
            + ": "
            + failure.sentence(),
        cause);
  }
}
