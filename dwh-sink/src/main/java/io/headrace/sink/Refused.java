package io.headrace.sink;

import io.headrace.wire.CopyText;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A fact that the warehouse refuses.
 *
 * @param table whose
 * @param line the fact
 * @param key COPY text of its key
 * @param column the source's column whose value it is; null where it is not known
 * @param failure what the warehouse says
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Refused(
    TableMerge table, Lines.Line line, byte[] key, @Nullable String column, SQLException failure) {

  /** One that could not even be staged. */
  static Refused unread(TableMerge table, ManyRows.Unread unread) {
    Target target = table.target();
    return new Refused(
        table,
        unread.line(),
        unread.line().key(target.starTable()),
        Refusal.column(target, new SqlFailure(unread.failure())),
        unread.failure());
  }

  /** A key for a person. */
  static String shown(byte[] key) {
    List<@Nullable String> values = CopyText.values(key);
    return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /** Without the row's contents. */
  String cause() {
    return (column == null ? "" : "column " + column + ": ") + new SqlFailure(failure).sentence();
  }

  String sqlState() {
    return new SqlFailure(failure).state();
  }

  /** Where and why, for a person. */
  String sentence() {
    return "The warehouse refuses a fact for its table "
        + table.target().name()
        + ", key ("
        + shown(key)
        + ")"
        + (column == null ? "" : ", column " + column)
        + ": "
        + new SqlFailure(failure).sentence();
  }
}
