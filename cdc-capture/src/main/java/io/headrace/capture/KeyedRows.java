package io.headrace.capture;

import io.headrace.star.Identifiers;
import io.headrace.wire.CopyText;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Asks the source for the rows of some keys; each key is answered, also where it has no row. */
final class KeyedRows implements AutoCloseable {

  private final CapturedTable table;
  private final SnapshotRow row;
  private final @Nullable CopyOut copy;

  /**
   * Asks.
   *
   * @param keys the texts of each key's columns
   * @param at the low watermark
   */
  KeyedRows(
      RereadTables tables,
      Connection connection,
      CapturedTable known,
      Collection<List<String>> keys,
      Lsn at)
      throws SQLException, Reread.RefusedException {
    table = tables.now(connection, known);
    row = tables.rows(connection, table, at);
    copy =
        keys.isEmpty()
            ? null
            : connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql(connection, keys));
  }

  private String sql(Connection connection, Collection<List<String>> keys) throws SQLException {
    KeyValues values = new KeyValues(connection, table);
    String columns =
        table.columns().stream()
            .map(column -> "t." + Identifiers.quote(column.name()))
            .collect(Collectors.joining(", "));
    return "COPY (SELECT "
        + values.wanted()
        + ", "
        + columns
        + " FROM "
        + values.relation(keys)
        + " LEFT JOIN ONLY "
        + table.name().quoted()
        + " AS t ON "
        + values.equal()
        + ") TO STDOUT";
  }

  /** The next key's answer; null after the last. The key is as PostgreSQL writes it. */
  @Nullable RereadRow next() throws SQLException {
    byte[] text = copy == null ? null : copy.readFromCopy();
    if (text == null) {
      return null;
    }
    int length = text[text.length - 1] == '\n' ? text.length - 1 : text.length;
    int rest = 0;
    for (int tabs = 0; tabs < table.key().size(); rest++) {
      tabs += text[rest] == CopyText.SEPARATOR ? 1 : 0;
    }
    List<String> key = new ArrayList<>();
    for (String column : CopyText.values(Arrays.copyOf(text, rest - 1))) {
      key.add(java.util.Objects.requireNonNull(column, "no key's column is NULL"));
    }
    row.read(Arrays.copyOfRange(text, rest, length));
    return new RereadRow(
        table.topic(),
        TableKey.json(table, key),
        row.hasKey() ? row.value() : null,
        row.delete(key));
  }

  @Override
  public void close() throws SQLException {
    // Not cancelled: that fails where the server has sent the last row already.
    CopyOut open = copy;
    boolean more = open != null && open.isActive();
    while (open != null && more) {
      more = open.readFromCopy() != null;
    }
  }
}
