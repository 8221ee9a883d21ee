package io.headrace.sink;

import io.headrace.stage.StageException;
import io.headrace.star.StarTable;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What becomes of an error while facts are merged that no single row can be blamed for. */
final class Refusal {

  private Refusal() {}

  /**
   * What can pass or be mended is thrown as it came, anything else tells table and rule.
   *
   * @param column the source's column that it is about; null where it is not known
   */
  static StageException of(Target target, @Nullable String column, SQLException cause)
      throws SQLException {
    SqlFailure failure = new SqlFailure(cause);
    if (failure.passes() || failure.breaksForeignKey()) {
      throw cause;
    }
    return new StageException(
        failure.needsOtherSettings() ? StageException.Kind.SETTINGS : StageException.Kind.FAILED,
        "The warehouse refuses facts for its table "
            + target.name()
            + (column == null ? "" : ", column " + column)
            + ": "
            + failure.sentence(),
        cause);
  }

  /** The source's column at which a COPY failed; null where it is not known. */
  static @Nullable String column(Target target, SqlFailure failure) {
    StarTable table = target.starTable();
    int input = failure.copyInput();
    if (input < 1 || input > table.inputs().size()) {
      return null;
    }
    StarTable.Input place = table.inputs().get(input - 1);
    return table.source(place.from()).name() + "." + table.column(place).name();
  }
}
