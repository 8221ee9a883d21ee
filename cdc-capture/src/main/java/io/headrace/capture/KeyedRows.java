package io.headrace.capture;

import io.headrace.star.Identifiers;
import io.headrace.wire.CopyText;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Asks the source for the rows of some keys; each key is answered, also where it has no row. */
final class KeyedRows implements AutoCloseable {

  private static final String TYPES =
      """
      SELECT a.attname, format_type(a.atttypid, a.atttypmod)
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
      """;

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
    Map<String, String> types = types(connection);
    List<String> names = table.keyNames();
    PGConnection escaping = connection.unwrap(PGConnection.class);
    StringBuilder values = new StringBuilder();
    for (List<String> key : keys) {
      boolean first = values.isEmpty();
      values.append(first ? "(" : ", (");
      for (int i = 0; i < names.size(); i++) {
        String literal = "'" + escaping.escapeLiteral(key.get(i)) + "'";
        values.append(i == 0 ? "" : ", ");
        // The first row gives the others their types.
        values.append(first ? "CAST(" + literal + " AS " + types.get(names.get(i)) + ")" : literal);
      }
      values.append(')');
    }
    String wanted =
        IntStream.range(0, names.size()).mapToObj(i -> "k" + i).collect(Collectors.joining(", "));
    String equal =
        IntStream.range(0, names.size())
            .mapToObj(i -> "t." + Identifiers.quote(names.get(i)) + " = w.k" + i)
            .collect(Collectors.joining(" AND "));
    String columns =
        table.columns().stream()
            .map(column -> "t." + Identifiers.quote(column.name()))
            .collect(Collectors.joining(", "));
    return "COPY (SELECT w.*, "
        + columns
        + " FROM (VALUES "
        + values
        + ") AS w ("
        + wanted
        + ") LEFT JOIN ONLY "
        + table.name().quoted()
        + " AS t ON "
        + equal
        + ") TO STDOUT";
  }

  private Map<String, String> types(Connection connection) throws SQLException {
    Map<String, String> types = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(TYPES)) {
      query.setString(1, table.name().schema());
      query.setString(2, table.name().table());
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          types.put(found.getString(1), found.getString(2));
        }
      }
    }
    return types;
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
